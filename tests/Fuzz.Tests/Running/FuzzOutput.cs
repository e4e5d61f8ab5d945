using System.Security.Cryptography;
using System.Text;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Fuzz.Running;

/// <summary>Files of a run: inputs that found something, with a note beside each.</summary>
internal static class FuzzOutput
{
    /// <summary>The last input that was tried.</summary>
    public const string Last = "last";

    private const string Note = ".txt";

    /// <summary>Inputs that found something once, in an order of their own.</summary>
    public static IEnumerable<byte[]> Corpus(string target)
    {
        string folder = RepositoryRoot.Combine("tests", "Fuzz.Tests", "Corpus", target);
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes) : [];
    }

    public static string Folder(string target) => RepositoryRoot.Combine("artifacts", "fuzz", target);

    public static void Write(string folder, Finding finding, byte[] input)
    {
        string file = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(finding.Key)))[..12]);
        File.WriteAllBytes(file, input);
        File.WriteAllText(file + Note, $"{finding.Key}\n{finding.Details}\n");
    }

    /// <summary>The notes of what was found.</summary>
    public static IEnumerable<string> Notes(string folder) =>
        Directory.EnumerateFiles(folder, "*" + Note).Order(StringComparer.Ordinal).Select(file => $"{file[..^Note.Length]}: {File.ReadAllText(file)}");
}
