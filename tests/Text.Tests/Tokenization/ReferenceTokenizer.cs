using ExpertCluster.Text.Tests.Support;

namespace ExpertCluster.Text.Tests.Tokenization;

/// <summary>What @huggingface/tokenizers says of the same file.</summary>
internal sealed record ReferenceAnswer(int[][] Plain, int[][] Framed, string[] Decoded)
{
    public static ReferenceAnswer Ask(string file, string[] texts, int[][] ids, bool skip) =>
        NpmReference.Ask<ReferenceAnswer>("tokenize.mjs", new() { ["file"] = file, ["texts"] = texts, ["ids"] = ids, ["skip"] = skip });
}
