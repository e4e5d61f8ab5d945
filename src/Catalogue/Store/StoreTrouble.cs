namespace ExpertCluster.Catalogue.Store;

/// <summary>What the system says of the store's own files, as a sentence.</summary>
internal static class StoreTrouble
{
    // ENOSPC, EDQUOT on Linux and on BSD; ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.
    private static readonly int[] DiskFull = [28, 122, 69, unchecked((int)0x80070027), unchecked((int)0x80070070)];

    public static ContentException Explain(ModelStoreOptions options, string what, Exception error) => DiskFull.Contains(error.HResult)
        ? new ContentException($"{what}: the disk of the model store {options.Folder} is full", error) { RetryHelps = true }
        : new ContentException($"{what}: the model store {options.Folder} can't be used: {error.Message.ReplaceLineEndings(" ")}", error);
}
