namespace ExpertCluster.Catalogue.Store;

/// <summary>Tells a disk without room from other trouble with files.</summary>
internal static class DiskFull
{
    // ENOSPC, EDQUOT on Linux and on BSD; ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.
    private static readonly int[] Codes = [28, 122, 69, unchecked((int)0x80070027), unchecked((int)0x80070070)];

    public static bool Is(IOException error) => Codes.Contains(error.HResult);
}
