"""Passages: some sentences in a row of one document, and an endless draw of them."""
import prose


def cut(paragraphs, rng, least, most):
    """Passages that follow each other, each of about so many characters as is drawn between least and most; a newline where a paragraph ends."""
    out, text, aim = [], "", rng.uniform(least, most)
    for paragraph in paragraphs:
        between = "\n"
        for sentence in prose.sentences(paragraph):
            if text and len(text) + len(sentence) >= aim:
                out.append(text)
                text, aim = "", rng.uniform(least, most)
            text += (between if text else "") + sentence
            between = " "
    return [p for p in [*out, text] if least * 0.75 <= len(p) <= most * 1.1]


def endless(documents, rng, least, most):
    """Every passage once, in a new order and cut anew in every round."""
    while True:
        # A dictionary's entries are short: all of a document that is shorter than the least stays one passage.
        found = [p for _, paragraphs in documents
                 for p in (cut(paragraphs, rng, least, most) or ["\n".join(paragraphs)[:most]])]
        rng.shuffle(found)
        yield from found
