import type { Strings } from "./text";

const busy = { title: "सर्वर व्यस्त है", todo: "पेज अपने-आप फिर कोशिश करेगा।" };
const ours = "हमारी ओर कुछ गड़बड़ हुई";
const newest = { title: "पेज और सर्वर का मेल नहीं है", todo: "नया संस्करण पाने के लिए पेज फिर लोड करें।" };

export const failures: Strings["failures"] = {
  network: { title: "कनेक्शन नहीं है", todo: "कुछ भी नहीं खोया है। ऑनलाइन होते ही पेज अपने-आप आगे बढ़ेगा।" },
  unexpected: { title: "अनपेक्षित जवाब मिला", todo: "फिर कोशिश करें। यही रहे तो अपने ऑपरेटर को बताएँ।" },
  unauthenticated: { title: "आपका साइन-इन समाप्त हो गया", todo: "फिर साइन इन करें। जो दिख रहा है, वैसा ही रहेगा।" },
  not_entitled: {
    title: "Coach Plus आपके प्लान में नहीं है",
    todo: "क्लब का खाता सँभालने वाले से इसे जोड़ने को कहें, फिर दोबारा साइन इन करें।",
  },
  not_found: { title: "यह यहाँ नहीं है", todo: "यह मिटा दिया गया है, या किसी दूसरे कोच का है।" },
  method_not_allowed: newest,
  request_timeout: { title: "कनेक्शन बहुत धीमा है", todo: "जहाँ सिग्नल बेहतर हो, वहाँ फिर कोशिश करें।" },
  upload_missing: { title: "क्लिप पूरी नहीं पहुँची", todo: "इसे फिर भेजें। जो पहुँच चुका है, वह सुरक्षित है।" },
  upload_rejected: {
    title: "जो क्लिप पहुँची, वह चुनी हुई क्लिप नहीं है",
    todo: "वह रास्ते में ख़राब हुई या बदल गई। इसे फिर भेजें।",
  },
  conflict: {
    title: "अभी संभव नहीं है",
    todo: "इस क्लिप पर कुछ और चल रहा है। उसके पूरा होने तक रुकें, फिर कोशिश करें।",
  },
  precondition_failed: {
    title: "इस बीच किसी ने इसे बदल दिया",
    todo: "नया रूप दिखाया गया है। अपना बदलाव फिर करें।",
  },
  payload_too_large: { title: "लिखावट बहुत लंबी है", todo: "शीर्षक या टिप्पणी छोटी करें।" },
  unsupported_media_type: newest,
  invalid: { title: "कुछ ठीक से नहीं भरा गया", todo: "जो बताया या चिह्नित किया गया है, उसे सुधारें और फिर कोशिश करें।" },
  rate_limited: { title: "बहुत ज़्यादा अनुरोध", todo: "पेज थोड़ा रुककर अपने-आप आगे बढ़ेगा।" },
  quota_exceeded: {
    title: "आपकी सीमा पूरी हो गई",
    todo: "सूची से अधूरे अपलोड मिटाएँ, या क्लिप कल भेजें। वह आपके फ़ोन पर रहेगी।",
  },
  internal_error: { title: ours, todo: "फिर कोशिश करें। यही रहे तो नीचे का नंबर बताएँ।" },
  job_missing_s3_key: { title: ours, todo: "क्लिप फिर भेजें।" },
  result_unreadable: { title: "यह रिपोर्ट पढ़ी नहीं जा सकती", todo: "क्लिप फिर भेजें और नीचे का नंबर बताएँ।" },
  overloaded: busy,
  queue_unavailable: { title: busy.title, todo: "आपकी क्लिप सुरक्षित है। पेज अपने-आप फिर कोशिश करेगा।" },
  storage_unavailable: { title: "वीडियो स्टोर जवाब नहीं दे रहा", todo: busy.todo },
  database_unavailable: busy,
  issuer_unavailable: { title: "साइन-इन की जाँच नहीं हो पा रही", todo: busy.todo },
};

const later = "कुछ मिनट बाद फिर कोशिश करें।";

export const jobErrors: Strings["jobErrors"] = {
  upload_expired: {
    title: "क्लिप कभी पहुँची ही नहीं",
    todo: "उसका अपलोड एक दिन में पूरा नहीं हुआ। उसे अपने फ़ोन से फिर भेजें।",
    again: false,
  },
  upload_changed: {
    title: "पहुँचने के बाद क्लिप बदल दी गई",
    todo: "स्टोर में वह नहीं है जो भेजा गया था। क्लिप फिर भेजें।",
    again: false,
  },
  video_unavailable: {
    title: "क्लिप स्टोर से पढ़ी नहीं जा सकती",
    todo: "कुछ मिनट बाद फिर कोशिश करें। यही रहे तो क्लिप फिर भेजें।",
    again: true,
  },
  video_rejected: {
    title: "इस फ़ाइल का विश्लेषण नहीं हो सकता",
    todo: "यह पढ़ने लायक वीडियो नहीं है, या बहुत लंबी या बहुत बड़ी है। इसे काटकर छोटा करें या दूसरी क्लिप चुनें।",
    again: false,
  },
  storage_unavailable: { title: "वीडियो स्टोर ने जवाब नहीं दिया", todo: later, again: true },
  no_space: { title: "सर्वर में जगह नहीं बची", todo: later, again: true },
  model_missing: {
    title: "सर्वर ठीक से तैयार नहीं है",
    todo: "अपने ऑपरेटर को बताएँ, फिर कोशिश करें।",
    again: true,
  },
  database_lost: { title: "सर्वर का डेटाबेस छूट गया", todo: later, again: true },
  child_died: {
    title: "विश्लेषण बीच में टूट गया",
    todo: "फिर कोशिश करें। दोबारा टूटे तो छोटी क्लिप भेजें।",
    again: true,
  },
  deadline_passed: {
    title: "विश्लेषण में बहुत समय लगा",
    todo: "क्लिप को केवल ऐक्शन तक काटें और फिर भेजें।",
    again: true,
  },
  memory_cap_hit: {
    title: "विश्लेषण के लिए क्लिप बहुत बड़ी है",
    todo: "1080p में फ़िल्माएँ, या क्लिप को ऐक्शन तक काटें।",
    again: true,
  },
  attempts_spent: {
    title: "विश्लेषण तीन बार टूटा",
    todo: "छोटी क्लिप भेजें, या फिर से फ़िल्माएँ।",
    again: true,
  },
  processing_expired: {
    title: "विश्लेषण लौटकर नहीं आया",
    todo: "उसे छोड़ दिया गया। फिर कोशिश करें; क्लिप अब भी वहीं है।",
    again: true,
  },
  internal_error: { title: ours, todo: "फिर कोशिश करें। यही रहे तो नीचे का नंबर बताएँ।", again: true },
};

export const stages: Strings["stages"] = {
  waiting: "बारी का इंतज़ार",
  downloading: "क्लिप लाई जा रही है",
  extracting_pose: "शरीर पढ़ा जा रहा है",
  computing_metrics: "अंक निकाले जा रहे हैं",
  generating_findings: "ख़ास बातें खोजी जा रही हैं",
  generating_report: "रिपोर्ट लिखी जा रही है",
  persisting: "सहेजा जा रहा है",
};
