using ExpertCluster.Text.Json;

namespace ExpertCluster.Text.Tokenization.Loading;

/// <summary>What a tokenizer.json may ask for, well above those in use; each is named in the error of whoever passes it.</summary>
internal static class TokenizerFileLimits
{
    /// <summary>Bytes of the file: the largest in use are about 35 MB, and reading JSON takes up to seven times the file.</summary>
    public const int FileBytes = 64 << 20;

    /// <summary>Levels of arrays and objects; those in use have seven.</summary>
    public const int Depth = 64;

    /// <summary>Steps of a normalizer, a pre-tokenizer, a decoder or a post-processor, those in sequences counted.</summary>
    public const int Steps = 32;

    /// <summary>Characters of a text that a step looks for or puts in.</summary>
    public const int StepText = 1024;

    /// <summary>Ids that a post-processor puts around a text.</summary>
    public const int AroundText = 64;

    /// <summary>Bytes that a token may have once it is decoded.</summary>
    public const int TokenBytes = 1 << 16;

    /// <summary>Characters of an added token, once it is normalized too; matching costs at most this much work for each character of a text.</summary>
    public const int AddedToken = 1024;

    /// <summary>Of all added tokens together: each is some 200 bytes of a tree.</summary>
    public const int AddedTokens = 1 << 20;

    /// <summary>A text of a step.</summary>
    public static string ShortText(this JsonField field)
    {
        string text = field.String();
        return text.Length <= StepText ? text : throw field.Error($"has {text.Length} characters; at most {StepText} are taken");
    }

    /// <summary>One more step.</summary>
    public static void Count(this JsonField step, ref int steps)
    {
        if (++steps > Steps)
        {
            throw step.Error($"is one of more than {Steps} steps");
        }
    }
}
