import type { Language } from "../strings/text";
import { language } from "../strings/text";

/** The words of this view come with it, in each language. */
const en = {
  moved: "What changed",
  rule: "From the first clip to the last. Sure only where the change is larger than its own ±, which combines both uncertainties.",
  nothingMoved: "Nothing changed by more than the error yet.",
  same: "No more than the error:",
  numbers: "Every number over time",
  numbersLead: "Each point is a clip, with its uncertainty; the grey field is what others did.",
  table: "Numbers",
  clip: "Clip",
  value: "Value",
  worthwhile: (value: string) => `Smallest change that can be told from error: ${value}.`,
  says: (title: string, clips: number, from: string, to: string) =>
    clips === 1 ? `${title}: ${to}, one clip.` : `${title} over ${clips} clips: from ${from} to ${to}.`,
  older: "Older clips are left out.",
  load: "Balls of the week",
  thisWeek: "This week",
  balls: "Balls",
  days: "Days with bowling",
  row: "Days in a row",
  busiest: "Most on one day",
  of: (n: string, limit: string) => `${n} of ${limit}`,
  over: "over the limit",
  week: (day: string) => `Week of ${day}`,
  weeks: (limit: string) => `Balls in each of the last weeks; the line is the limit of ${limit}.`,
  source: "What is counted, and where the limits come from",
  asOf: (day: string) => `Read on ${day}.`,
  none: { title: "No numbers yet", todo: "Analyse a clip of this player: each number then stands here over time." },
  theirs: {
    title: "What is stored of this player",
    lead: "Sessions, reports, numbers and joints, with links to clips and pictures that open for 15 minutes.",
    save: "Save everything",
    saving: "Saving …",
    remove: "Delete this player",
    ask: (player: string) => `Delete “${player}”?`,
    text: "This deletes all sessions that name only this player, and this player’s clips in the others, with their reports. A clip of a shared session that is nobody’s stays. It cannot be undone.",
  },
};

const hi: typeof en = {
  moved: "क्या बदला",
  rule: "पहली क्लिप से आख़िरी तक। पक्का तभी, जब बदलाव अपने ± से बड़ा हो, जो दोनों अनिश्चितताओं को मिलाकर बनता है।",
  nothingMoved: "अब तक त्रुटि से ज़्यादा कुछ नहीं बदला।",
  same: "त्रुटि से ज़्यादा नहीं:",
  numbers: "समय के साथ हर अंक",
  numbersLead: "हर बिंदु एक क्लिप है, अपनी अनिश्चितता के साथ; धूसर हिस्सा बताता है कि दूसरों ने क्या किया।",
  table: "अंक",
  clip: "क्लिप",
  value: "मान",
  worthwhile: (value) => `त्रुटि से अलग पहचाना जा सकने वाला सबसे छोटा बदलाव: ${value}।`,
  says: (title, clips, from, to) =>
    clips === 1 ? `${title}: ${to}, एक क्लिप।` : `${title}, ${clips} क्लिप में: ${from} से ${to} तक।`,
  older: "पुरानी क्लिप छोड़ दी गई हैं।",
  load: "हफ़्ते की गेंदें",
  thisWeek: "इस हफ़्ते",
  balls: "गेंदें",
  days: "गेंदबाज़ी के दिन",
  row: "लगातार दिन",
  busiest: "एक दिन में सबसे ज़्यादा",
  of: (n, limit) => `${limit} में से ${n}`,
  over: "सीमा से ज़्यादा",
  week: (day) => `${day} का हफ़्ता`,
  weeks: (limit) => `पिछले हर हफ़्ते की गेंदें; रेखा ${limit} की सीमा है।`,
  source: "क्या गिना गया, और सीमाएँ कहाँ से हैं",
  asOf: (day) => `${day} को पढ़ा गया।`,
  none: { title: "अभी कोई अंक नहीं", todo: "इस खिलाड़ी की एक क्लिप जाँचें: तब हर अंक समय के साथ यहाँ दिखेगा।" },
  theirs: {
    title: "इस खिलाड़ी का क्या रखा है",
    lead: "सत्र, रिपोर्ट, अंक और जोड़, साथ में क्लिप और तस्वीरों के लिंक, जो 15 मिनट तक खुलते हैं।",
    save: "सब कुछ सहेजें",
    saving: "सहेजा जा रहा है …",
    remove: "यह खिलाड़ी हटाएँ",
    ask: (player) => `“${player}” को हटाएँ?`,
    text: "इससे वे सारे सत्र हट जाएँगे जिनमें केवल यही खिलाड़ी है, और बाक़ी सत्रों में इसकी क्लिप, उनकी रिपोर्टों समेत। साझे सत्र की जो क्लिप किसी की नहीं, वह रहेगी। इसे वापस नहीं लाया जा सकता।",
  },
};

const words: Record<Language, typeof en> = { en, hi };

export function w(): typeof en {
  return words[language.value];
}
