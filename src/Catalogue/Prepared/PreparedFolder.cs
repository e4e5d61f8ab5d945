using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace ExpertCluster.Catalogue.Prepared;

/// <summary>
/// A base, an adapter, an encoder or the gates below the folder that `prepare` wrote. Its own name is the digest of what it holds, so
/// another content is another folder, and one that is in use is never written to.
/// </summary>
public sealed record PreparedFolder
{
    public const string Bases = "bases";
    public const string Adapters = "adapters";
    public const string Gates = "gates";
    public const string Encoders = "encoders";

    /// <summary>All of them.</summary>
    internal static readonly IReadOnlyList<string> Kinds = [Bases, Adapters, Gates, Encoders];

    /// <summary>Of hexadecimal digits.</summary>
    internal const int RevisionLength = 32;

    private const int LongestName = 1024;

    /// <summary>Kind and digest, as in <c>bases/1f0c...</c>; relative to the prepared folder.</summary>
    public required string Path { get; init; }

    /// <summary>Of what it holds: SHA-256 in lower-case hex.</summary>
    [JsonIgnore]
    public string ContentDigest => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The digest's first half: nobody gains by two contents of one revision but whoever writes both.</summary>
    [JsonIgnore]
    public string Revision => ContentDigest.Length > RevisionLength ? ContentDigest[..RevisionLength] : ContentDigest;

    /// <summary>All that lies in it, in ordinal order of the names.</summary>
    public required IReadOnlyList<PreparedFile> Files { get; init; }

    /// <summary>The prepared folder, absolute; set when a catalogue is loaded.</summary>
    [JsonIgnore]
    public string Root { get; init; } = "";

    /// <summary>Absolute, and not checked: <see cref="Check"/> comes before use.</summary>
    [JsonIgnore]
    public string Location => System.IO.Path.Combine(Root, Path);

    /// <param name="kind">One of the constants above.</param>
    /// <param name="files">All that the folder holds.</param>
    public static PreparedFolder Of(string kind, IEnumerable<PreparedFile> files)
    {
        PreparedFile[] ordered = [.. files.OrderBy(f => f.Name, StringComparer.Ordinal)];
        return new PreparedFolder { Path = $"{kind}/{Digest(ordered)}", Files = ordered };
    }

    /// <summary>
    /// Reads every file once and compares it with its digest: seconds for a base of gigabytes, so this is for whoever is about
    /// to load the folder, once.
    /// </summary>
    /// <param name="what">Whose folder it is, for the message: "base demo".</param>
    /// <param name="below">Only the files whose names begin with this, as "request/"; empty: all of them, and nothing else may be there.</param>
    /// <returns>Where the files lie, all links followed, so that what is loaded is what was checked.</returns>
    /// <exception cref="CatalogueException">A file is missing, changed, no regular file, or lies elsewhere; the message names it.</exception>
    public string Check(string what, string below = "") => PreparedFolderCheck.Run(this, what, below);

    /// <summary>Whether path and names can be trusted to stay below the prepared folder, and the digest is that of the files.</summary>
    internal bool IsWellFormed()
    {
        string[] parts = Path.Split('/');
        return parts is [var kind, var digest]
            && Kinds.Contains(kind)
            && Files.Count > 0
            && Files.All(f => f is { Bytes: >= 0, Sha256.Length: SHA256.HashSizeInBytes * 2 } && IsPlain(f.Name) && f.Sha256.All(char.IsAsciiHexDigitLower))
            && Files.Select(f => f.Name).Distinct(StringComparer.Ordinal).Count() == Files.Count
            && digest == Digest(Files);
    }

    private static bool IsPlain(string name) =>
        name.Length <= LongestName && !name.Any(c => c == '\\' || char.IsControl(c)) && name.Split('/').All(part => part is not ("" or "." or ".."));

    private static string Digest(IEnumerable<PreparedFile> files)
    {
        var text = new StringBuilder();
        foreach (var file in files)
        {
            text.Append(CultureInfo.InvariantCulture, $"{file.Name}\0{file.Bytes}\0{file.Sha256}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
