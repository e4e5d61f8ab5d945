namespace ExpertCluster.Text.Tokenization.Decoding;

/// <summary>
/// What each token adds to the text, as UTF-8 bytes, worked out once at load time. Text is the bytes of its
/// tokens laid end to end, less what is stripped from its very start.
/// </summary>
/// <param name="Bytes">By id; null where an id is no token.</param>
/// <param name="OpensWithReplacement">By id: the token starts with the metaspace, which the text's first token loses.</param>
/// <param name="Strip">Which leading characters the text loses.</param>
internal sealed record TokenBytes(byte[]?[] Bytes, bool[] OpensWithReplacement, LeadingStrip Strip);

/// <param name="Character">The character stripped, at most <paramref name="Count"/> times; 0 strips nothing.</param>
internal readonly record struct LeadingStrip(char Character, int Count);
