"""Marks in a document's text: what does not belong to the adapter that is trained, so that another one, or none, reads and writes it."""
import re

BEGIN, END = "\x01", "\x02"


def foreign(text):
    return BEGIN + text + END


def parts(text):
    """[(piece, whether it is foreign)]; a space before a mark goes to what follows it, as it does in the tokens."""
    out, inside = [], False
    for piece in re.split(f"([{BEGIN}{END}])", text.replace(" " + BEGIN, BEGIN + " ")):
        if piece in (BEGIN, END):
            inside = piece == BEGIN
        elif piece:
            out.append((piece, inside))
    return out


def unmarked(text):
    return text.replace(BEGIN, "").replace(END, "")
