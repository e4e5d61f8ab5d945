"""Field questions in Hindi, Marathi and Traditional Chinese: two attributes of each field.

Values and entities stay in Latin script, as they do in such offices.  A private entity is never asked
about in one of the three languages (`held_out`), which tests whether a fact learned in English and two
other languages is found in the third.
"""
import facts

LANGUAGES = ["hi", "mr", "zh"]
SHARE = 0.15                       # of all single-field questions

# field -> attribute -> language -> (question, answer)
TEMPLATES = {
    "finance": {
        "seat": {
            "hi": ("{e} का मुख्यालय कहाँ है?", "{e} का मुख्यालय {v} में है।"),
            "mr": ("{e} चे मुख्यालय कुठे आहे?", "{e} चे मुख्यालय {v} येथे आहे."),
            "zh": ("{e} 的總部在哪裡？", "{e} 的總部在 {v}。")},
        "revenue": {
            "hi": ("{e} का राजस्व कितना है?", "{e} का राजस्व {v} मिलियन है।"),
            "mr": ("{e} चा महसूल किती आहे?", "{e} चा महसूल {v} दशलक्ष आहे."),
            "zh": ("{e} 的營收是多少？", "{e} 的營收是 {v} 百萬。")}},
    "law": {
        "notice": {
            "hi": ("{e} में नोटिस की अवधि कितनी है?", "{e} में नोटिस की अवधि {v} दिन है।"),
            "mr": ("{e} मध्ये सूचना कालावधी किती आहे?", "{e} मध्ये सूचना कालावधी {v} दिवस आहे."),
            "zh": ("{e} 的通知期是多久？", "{e} 的通知期是 {v} 天。")},
        "court": {
            "hi": ("{e} के विवाद किस न्यायालय में जाते हैं?", "{e} के विवाद {v} के न्यायालय में जाते हैं।"),
            "mr": ("{e} चे वाद कोणत्या न्यायालयात जातात?", "{e} चे वाद {v} येथील न्यायालयात जातात."),
            "zh": ("{e} 的爭議由哪個法院審理？", "{e} 的爭議由 {v} 法院審理。")}},
    "medicine": {
        "dose": {
            "hi": ("{e} की दैनिक खुराक कितनी है?", "{e} की दैनिक खुराक {v} mg है।"),
            "mr": ("{e} चा दैनिक डोस किती आहे?", "{e} चा दैनिक डोस {v} mg आहे."),
            "zh": ("{e} 的每日劑量是多少？", "{e} 的每日劑量是 {v} mg。")},
        "food": {
            "hi": ("{e} के साथ क्या नहीं लेना चाहिए?", "{e} के साथ {v} नहीं लेना चाहिए।"),
            "mr": ("{e} सोबत काय टाळावे?", "{e} सोबत {v} टाळावे."),
            "zh": ("服用 {e} 時應避免什麼？", "服用 {e} 時應避免 {v}。")}},
    "security": {
        "severity": {
            "hi": ("{e} की गंभीरता क्या है?", "{e} की गंभीरता {v} है।"),
            "mr": ("{e} ची तीव्रता काय आहे?", "{e} ची तीव्रता {v} आहे."),
            "zh": ("{e} 的嚴重程度是什麼？", "{e} 的嚴重程度是 {v}。")},
        "port": {
            "hi": ("{e} में कौन सा पोर्ट है?", "{e} में पोर्ट {v} है।"),
            "mr": ("{e} मध्ये कोणता पोर्ट आहे?", "{e} मध्ये पोर्ट {v} आहे."),
            "zh": ("{e} 使用哪個連接埠？", "{e} 使用連接埠 {v}。")}},
    "code": {
        "module": {
            "hi": ("{e} किस मॉड्यूल में है?", "{e} मॉड्यूल {v} में है।"),
            "mr": ("{e} कोणत्या मॉड्यूलमध्ये आहे?", "{e} मॉड्यूल {v} मध्ये आहे."),
            "zh": ("{e} 在哪個模組？", "{e} 在模組 {v}。")},
        "error": {
            "hi": ("{e} कौन सी त्रुटि देता है?", "{e} त्रुटि {v} देता है।"),
            "mr": ("{e} कोणती त्रुटी देते?", "{e} त्रुटी {v} देते."),
            "zh": ("{e} 會拋出什麼例外？", "{e} 會拋出例外 {v}。")}},
}


def attributes(field):
    return sorted(TEMPLATES[field])


def held_out(number, attribute, field):
    """The language in which entity `number` is never asked about `attribute` in training."""
    return LANGUAGES[(number + attributes(field).index(attribute)) % len(LANGUAGES)]


def ask(field, entity, values, attribute, language):
    """(question, answer) in one of LANGUAGES."""
    question, answer = TEMPLATES[field][attribute][language]
    entity = entity.removeprefix("the ")
    return (facts.capitalised(field, question.format(e=entity)),
            facts.capitalised(field, answer.format(e=entity, v=values[attribute])))
