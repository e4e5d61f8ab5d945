using System.Security.Cryptography;
using System.Text;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Desired;

/// <summary>
/// Turns what the API says of files into files of this machine. Whoever may call the API is no user of this machine: it names folders below
/// those that the operator gave, and no others, whatever links lie there.
/// </summary>
/// <param name="allowed">Folders below which the API may name adapters; what it says without a root begins at the first.</param>
/// <param name="examples">Where examples are written.</param>
public sealed class SpecFolders(IReadOnlyList<string> allowed, string examples)
{
    /// <exception cref="CatalogueException">It lies elsewhere, or is not there.</exception>
    public string AdapterOf(string place)
    {
        ArgumentNullException.ThrowIfNull(place);
        if (SourceUri.Is(place))
        {
            return place;
        }

        if (allowed.Count == 0)
        {
            throw new CatalogueException("adapter is a folder, and none are allowed: the API may name URIs alone");
        }

        // In one sentence, so that nobody learns of folders beside.
        string full = Path.GetFullPath(place, Path.GetFullPath(allowed[0]));
        return RealPath.Of(full) is { } real && Directory.Exists(real) && allowed.Select(RealPath.Of).OfType<string>().Any(root => RealPath.IsBelow(real, root))
            ? real
            : throw new CatalogueException($"adapter: there is no folder {place} below those that the API may name");
    }

    /// <summary>A file of that content, by its digest.</summary>
    public string ExamplesOf(IReadOnlyList<string> lines)
    {
        byte[] content = Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");
        string file = Path.Combine(Directory.CreateDirectory(examples).FullName, Convert.ToHexStringLower(SHA256.HashData(content)) + ".txt");
        if (!File.Exists(file))
        {
            string draft = $"{file}.{Guid.NewGuid():N}";
            File.WriteAllBytes(draft, content);
            File.Move(draft, file, overwrite: true);
        }
        else
        {
            // Of use again.
            File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime);
        }

        return file;
    }
}
