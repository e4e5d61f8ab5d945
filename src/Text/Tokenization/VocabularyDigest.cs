using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ExpertCluster.Text.Tokenization;

/// <summary>Names a vocabulary by what its ids mean: two models of one digest can draw the tokens of one answer together.</summary>
public static class VocabularyDigest
{
    /// <param name="tokenizer">Of the model.</param>
    /// <param name="size">Logits that the model gives: ids are below it.</param>
    /// <returns>SHA-256 over what each id adds to a text, and whether it is special; lower-case hex.</returns>
    public static string Of(Tokenizer tokenizer, int size)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> head = stackalloc byte[5];
        for (int id = 0; id < size; id++)
        {
            var bytes = tokenizer.GetTokenBytes(id);

            // Its length first: "ab" and "c" are not "a" and "bc".
            BinaryPrimitives.WriteInt32LittleEndian(head, tokenizer.Contains(id) ? bytes.Length : -1);
            head[4] = tokenizer.IsSpecial(id) ? (byte)1 : (byte)0;
            hash.AppendData(head);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
