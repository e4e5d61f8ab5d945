using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat.Syntax;

/// <summary>Walks over tokens, and keeps a parser's recursion within bounds.</summary>
internal sealed class TokenReader(TemplateSource source, List<Token> tokens)
{
    private int _at;
    private int _depth;

    public TemplateSource Source => source;

    public Token Current => tokens[_at];

    public Token After => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    public Token Take() => Current.Kind == TokenKind.End ? Current : tokens[_at++];

    public bool Is(TokenKind kind, string text) => Current.Kind == kind && Current.Text == text;

    public bool IsOperator(string text) => Is(TokenKind.Operator, text);

    public bool IsName(string text) => Is(TokenKind.Name, text);

    public bool TryOperator(string text) => TryTake(TokenKind.Operator, text);

    public bool TryName(string text) => TryTake(TokenKind.Name, text);

    public Token Expect(TokenKind kind, string what) =>
        Current.Kind == kind ? Take() : throw Unexpected(what);

    public void ExpectOperator(string text)
    {
        if (!TryOperator(text))
        {
            throw Unexpected(text);
        }
    }

    public void ExpectName(string text)
    {
        if (!TryName(text))
        {
            throw Unexpected(text);
        }
    }

    public ChatTemplateException Unexpected(string expected)
    {
        string found = Current.Kind == TokenKind.End ? "the template's end" : $"\"{Current.Text}\"";
        return source.Error(Current.At, $"expected {expected}, found {found}");
    }

    public T Nested<T>(Func<T> parse)
    {
        if (++_depth > NestingException.Deepest)
        {
            throw new NestingException();
        }

        var result = parse();
        _depth--;
        return result;
    }

    private bool TryTake(TokenKind kind, string text)
    {
        if (!Is(kind, text))
        {
            return false;
        }

        _at++;
        return true;
    }
}
