using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Inference.Text;

/// <summary>A tokenizer's streaming decoder. The output goes on from the prompt, so a leading space is kept.</summary>
public sealed class TokenizerText(Tokenizer tokenizer) : ITokenText
{
    private readonly StreamingDecoder _decoder = new(tokenizer, skipSpecialTokens: true, continuesText: true);

    /// <inheritdoc/>
    public string Append(int token) => _decoder.Append(token);

    /// <inheritdoc/>
    public string Flush() => _decoder.Flush();
}
