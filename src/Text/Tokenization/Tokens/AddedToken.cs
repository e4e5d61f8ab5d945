namespace ExpertCluster.Text.Tokenization.Tokens;

/// <summary>An entry of <c>added_tokens</c>: text that is one token wherever it stands, before any merging.</summary>
/// <param name="SingleWord">Matches only where no word character touches it.</param>
/// <param name="StripLeft">Swallows the white space before it.</param>
/// <param name="StripRight">Swallows the white space after it.</param>
/// <param name="Normalized">Is looked for in normalized text instead of raw text.</param>
/// <param name="Special">Is left out when decoding skips special tokens.</param>
internal sealed record AddedToken(
    int Id, string Content, bool SingleWord, bool StripLeft, bool StripRight, bool Normalized, bool Special);
