using System.Security.Cryptography;
using System.Text;

namespace ExpertCluster.Catalogue.Store;

/// <summary>The store's folders. All names in them are digests or random, none comes from outside.</summary>
internal sealed class StoreLayout
{
    public StoreLayout(string root)
    {
        Root = root;
        foreach (string folder in (string[])[Objects, Leases, Partials, Known, Views])
        {
            Directory.CreateDirectory(folder);
        }
    }

    public string Root { get; }

    /// <summary>Whole files, each under its SHA-256.</summary>
    public string Objects => Path.Combine(Root, "objects");

    /// <summary>A file for each object that was ever given out: locked while somebody has it, and its time is that of the last use.</summary>
    public string Leases => Path.Combine(Root, "leases");

    /// <summary>Fetches under way, and those that broke.</summary>
    public string Partials => Path.Combine(Root, "partial");

    /// <summary>What the digest of a key turned out to be.</summary>
    public string Known => Path.Combine(Root, "known");

    /// <summary>Folders of hard links to objects, under the names that files have.</summary>
    public string Views => Path.Combine(Root, "views");

    public string Gate => Path.Combine(Root, ".lock");

    public string Object(string sha256) => Path.Combine(Objects, sha256);

    public string Lease(string sha256) => Path.Combine(Leases, sha256);

    public static string NameOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
