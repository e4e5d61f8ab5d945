namespace ExpertCluster.Text.Tokenization.Loading;

/// <summary>A tokenizer.json that is malformed or asks for something unsupported. A retry cannot help.</summary>
public sealed class TokenizerFormatException : Exception
{
    public TokenizerFormatException(string file, string field, string problem, Exception? inner = null)
        : base(ErrorText.OneLine($"{file}: {field}: {problem}"), inner)
    {
        File = file;
        Field = field;
        Problem = problem;
    }

    /// <summary>The path that was loaded.</summary>
    public string File { get; }

    /// <summary>The place in the file, such as <c>pre_tokenizer.pretokenizers[0].pattern.Regex</c>.</summary>
    public string Field { get; }

    /// <summary>The message's end: without path and place.</summary>
    public string Problem { get; }
}
