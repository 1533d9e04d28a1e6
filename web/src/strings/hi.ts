import { en } from "./en";
import { failed, list, waiting } from "./hi_clips";
import { failures, jobErrors, stages } from "./hi_failures";
import { upload } from "./hi_upload";
import type { Strings } from "./text";

/** A draft: no coach who speaks Hindi has read it yet. What it does not have is said in English. */
export const hi: Strings = {
  ...en,
  failures,
  jobErrors,
  stages,
  upload,
  waiting,
  failed,
  list,
  common: {
    again: "फिर कोशिश करें",
    back: "क्लिप की सूची पर लौटें",
    cancel: "रद्द करें",
    close: "बंद करें",
    delete: "मिटाएँ",
    reload: "फिर लोड करें",
    undo: "वापस लें",
    language: "भाषा",
    skip: "सीधे सामग्री पर जाएँ",
    requestId: (id) => `आपके ऑपरेटर के लिए नंबर: ${id}`,
    waiting: (seconds) => `${seconds} सेकंड में फिर कोशिश होगी`,
  },
  signIn: {
    title: "साइन इन करें",
    expired: "आपका साइन-इन समाप्त हो गया। आगे बढ़ने के लिए साइन इन करें; कुछ भी नहीं खोया है।",
    field: "ऐक्सेस टोकन",
    hint: "यह आपको आपका क्लब देता है। यह इसी टैब में रहता है और टैब बंद करने पर मिट जाता है।",
    submit: "साइन इन करें",
    signOut: "साइन आउट करें",
  },
  clip: { ...en.clip, title: "क्लिप" },
  nowhere: { title: "ऐसा कोई पेज नहीं है", todo: "शायद पता ग़लत लिखा गया है।" },
  crashed: { title: "पेज टूट गया", todo: "इसे फिर लोड करें। आपकी क्लिप सर्वर पर सुरक्षित हैं।" },
};
