using System.Text;
using ExpertCluster.Text.Tokenization.Tokens;

namespace ExpertCluster.Text.Tokenization.Decoding;

/// <summary>What a <c>decoder</c> asks for, reduced to steps on single tokens and what happens at the text's start.</summary>
/// <param name="Metaspace">The character that the first token loses from its start; 0 where none is lost.</param>
internal sealed record DecoderPlan(IReadOnlyList<DecoderStep> Steps, char Metaspace, LeadingStrip Strip)
{
    public TokenBytes Build(Vocabulary vocabulary)
    {
        byte[]?[] bytes = new byte[]?[vocabulary.Size];
        bool[] opens = new bool[vocabulary.Size];
        for (int id = 0; id < bytes.Length; id++)
        {
            if (vocabulary.TokenAt(id) is not { } token)
            {
                continue;
            }

            bytes[id] = Decode(token, vocabulary.AddedAt(id) is not null);
            opens[id] = Metaspace != 0 && token.StartsWith(Metaspace);
        }

        return new TokenBytes(bytes, opens, Strip);
    }

    private byte[] Decode(string token, bool added)
    {
        foreach (var step in Steps)
        {
            (token, byte[]? bytes) = step.Apply(token, added);
            if (bytes is not null)
            {
                return bytes;
            }
        }

        return Encoding.UTF8.GetBytes(token);
    }
}
