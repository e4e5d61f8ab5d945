namespace ExpertCluster.Files;

/// <summary>
/// What a clone without git-lfs has in a large file's place: a few lines that name the content
/// (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md).
/// </summary>
public static class LfsPointer
{
    /// <summary>The end of a sentence that begins with the file's name.</summary>
    public const string Problem = "is a Git LFS pointer, not the file itself: run \"git lfs pull\" in its repository, or download the file";

    /// <summary>How many bytes of a file are enough to tell.</summary>
    public const int Length = 42;

    private static ReadOnlySpan<byte> Start => "version https://git-lfs.github.com/spec/v"u8;

    /// <summary>The name that the format had at first.</summary>
    private static ReadOnlySpan<byte> OldStart => "version https://hawser.github.com/spec/v"u8;

    /// <param name="bytes">The file's first ones.</param>
    public static bool Is(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Start) || bytes.StartsWith(OldStart);
}
