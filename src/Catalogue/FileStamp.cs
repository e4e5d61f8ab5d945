using System.Globalization;

namespace ExpertCluster.Catalogue;

/// <summary>Whether a file may have changed, by its size and time: cheap, so that it can be asked every second. Links are followed, as a volume swaps them.</summary>
internal static class FileStamp
{
    /// <summary>Of the files of a folder, those below it left aside.</summary>
    public static string OfFolder(string path)
    {
        try
        {
            return string.Join('\n', Directory.EnumerateFiles(path).Order(StringComparer.Ordinal).Select(file => $"{file} {Of(file)}"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "unreadable";
        }
    }

    /// <summary>Equal as long as nothing changed. A file that is gone or unreadable has a stamp, too: whoever reads it says better what is wrong.</summary>
    public static string Of(string path)
    {
        var file = new FileInfo(path);
        try
        {
            var real = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return real.Exists
                ? string.Create(CultureInfo.InvariantCulture, $"{real.FullName} {real.LastWriteTimeUtc.Ticks} {real.Length}")
                : "gone";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "unreadable";
        }
    }
}
