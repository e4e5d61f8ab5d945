using System.Text;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Tokenization.Tokens;

namespace ExpertCluster.Text.Tokenization.Decoding;

/// <summary>What a <c>decoder</c> asks for, reduced to steps on single tokens and what happens at the text's start.</summary>
/// <param name="Metaspace">The character that the first token loses from its start; 0 where none is lost.</param>
internal sealed record DecoderPlan(IReadOnlyList<DecoderStep> Steps, char Metaspace, LeadingStrip Strip)
{
    private const int ShownCharacters = 60;

    /// <param name="vocabulary">Whose tokens.</param>
    /// <param name="longest">Bytes of a token.</param>
    /// <exception cref="TextLimitException">A token has more.</exception>
    public TokenBytes Build(Vocabulary vocabulary, int longest)
    {
        byte[]?[] bytes = new byte[]?[vocabulary.Size];
        bool[] opens = new bool[vocabulary.Size];
        for (int id = 0; id < bytes.Length; id++)
        {
            if (vocabulary.TokenAt(id) is not { } token)
            {
                continue;
            }

            bytes[id] = Decode(token, vocabulary.AddedAt(id) is not null, longest);
            opens[id] = Metaspace != 0 && token.StartsWith(Metaspace);
        }

        return new TokenBytes(bytes, opens, Strip);
    }

    private byte[] Decode(string token, bool added, int longest)
    {
        string name = token;
        foreach (var step in Steps)
        {
            (token, byte[]? bytes) = step.Apply(token, added);
            if (bytes is not null)
            {
                return bytes;
            }

            // Now, not at the end: each step may make every character a thousand.
            Check();
        }

        Check();
        return Encoding.UTF8.GetBytes(token);

        void Check()
        {
            if (token.Length > longest)
            {
                throw new TextLimitException($"makes more than {longest} bytes of the token \"{name[..Math.Min(name.Length, ShownCharacters)]}\"");
            }
        }
    }
}
