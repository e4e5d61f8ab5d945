"""Field questions in Hindi, Marathi and Traditional Chinese: two attributes of each field.

Values and entities stay in Latin script, as they do in such offices.  A private entity is never asked
about in one of the three languages (`held_out`), which tests whether a fact learned in English and two
other languages is found in the third.
"""
import facts

LANGUAGES = ["hi", "mr", "zh"]
SHARE = 0.2                        # of all single-field questions

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

# Further questions for the same answers.
OTHER_WORDS = {
    "finance": {
        "seat": {"hi": ["{e} कहाँ स्थित है?", "{e} किस शहर में है?"], "mr": ["{e} कोणत्या शहरात आहे?", "{e} कुठे आहे?"], "zh": ["{e} 在哪個城市？", "{e} 位於哪裡？"]},
        "revenue": {"hi": ["{e} की बिक्री कितनी है?", "{e} का कारोबार कितना है?"], "mr": ["{e} ची विक्री किती आहे?", "{e} ची उलाढाल किती आहे?"], "zh": ["{e} 的營業額是多少？", "{e} 賣了多少？"]}},
    "law": {
        "notice": {"hi": ["{e} में कितने दिन का नोटिस देना है?", "{e} के लिए नोटिस कितना है?"], "mr": ["{e} मध्ये किती दिवसांची सूचना द्यावी?", "{e} साठी सूचना किती आहे?"], "zh": ["{e} 要提前幾天通知？", "{e} 需要多少天通知？"]},
        "court": {"hi": ["{e} का न्यायालय कौन सा है?", "{e} का मुकदमा कहाँ होगा?"], "mr": ["{e} चे न्यायालय कोणते?", "{e} चा खटला कुठे चालतो?"], "zh": ["{e} 歸哪個法院管？", "{e} 在哪裡打官司？"]}},
    "medicine": {
        "dose": {"hi": ["{e} कितना लेना चाहिए?", "{e} की मात्रा कितनी है?"], "mr": ["{e} किती घ्यावे?", "{e} चे प्रमाण किती आहे?"], "zh": ["{e} 一天吃多少？", "{e} 的用量是多少？"]},
        "food": {"hi": ["{e} लेते समय किससे बचना चाहिए?", "{e} के साथ क्या मना है?"], "mr": ["{e} घेताना काय टाळावे?", "{e} सोबत काय घेऊ नये?"], "zh": ["{e} 不能和什麼一起吃？", "吃 {e} 要避免什麼？"]}},
    "security": {
        "severity": {"hi": ["{e} कितना गंभीर है?", "{e} का स्तर क्या है?"], "mr": ["{e} किती गंभीर आहे?", "{e} ची पातळी काय आहे?"], "zh": ["{e} 有多嚴重？", "{e} 是什麼等級？"]},
        "port": {"hi": ["{e} का पोर्ट क्या है?", "{e} किस पोर्ट पर है?"], "mr": ["{e} चा पोर्ट काय आहे?", "{e} कोणत्या पोर्टवर आहे?"], "zh": ["{e} 的連接埠是多少？", "{e} 在哪個埠？"]}},
    "code": {
        "module": {"hi": ["{e} कहाँ से आता है?", "{e} का मॉड्यूल क्या है?"], "mr": ["{e} कुठून येते?", "{e} चे मॉड्यूल काय आहे?"], "zh": ["{e} 從哪裡匯入？", "{e} 屬於哪個模組？"]},
        "error": {"hi": ["{e} में क्या त्रुटि आती है?", "{e} का अपवाद क्या है?"], "mr": ["{e} मध्ये काय त्रुटी येते?", "{e} चा अपवाद काय आहे?"], "zh": ["{e} 會出現什麼錯誤？", "{e} 的例外是什麼？"]}},
}
POLITE = {"hi": "कृपया बताइए: {q}|नमस्ते, {q}|{q} धन्यवाद।", "mr": "कृपया सांगा: {q}|नमस्कार, {q}|{q} धन्यवाद.", "zh": "請問{q}|你好，{q}|{q}謝謝。"}


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


def ask_freely(rng, field, entity, values, attribute, language):
    """The same in one of several wordings."""
    question, answer = ask(field, entity, values, attribute, language)
    if rng.random() < 0.5:
        other = rng.choice(OTHER_WORDS[field][attribute][language]).format(e=entity.removeprefix("the "))
        question = facts.capitalised(field, other)
    if rng.random() < 0.15:
        question = rng.choice(POLITE[language].split("|")).format(q=question)
    if rng.random() < 0.1:
        question = question.rstrip("?？")
    return question, answer
