using System.Globalization;
using ExpertCluster.Files;

namespace ExpertCluster.Catalogue;

/// <summary>
/// Whether a file may have changed, by its size and time, and by where it lies where it is a link: cheap, so that it can be asked every second. A volume swaps
/// a link on the way (`experts.yaml` to `..data/experts.yaml`, that to a folder of the moment), to files that may be of one size and one tick of the clock.
/// </summary>
internal static class FileStamp
{
    /// <summary>Of the files of a folder, those below it left aside.</summary>
    public static string OfFolder(string path)
    {
        try
        {
            string place = new DirectoryInfo(path).LinkTarget is null ? "" : $"{RealPath.Of(path)}\n";
            return place + string.Join('\n', Directory.EnumerateFiles(path).Order(StringComparer.Ordinal).Select(file => $"{file} {Of(file)}"));
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
            var real = file.LinkTarget is null ? file : new FileInfo(RealPath.Of(path) ?? path);
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
