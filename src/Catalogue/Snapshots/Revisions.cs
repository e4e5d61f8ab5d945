using System.Security.Cryptography;
using System.Text;
using ExpertCluster.Catalogue.Prepared;

namespace ExpertCluster.Catalogue.Snapshots;

/// <summary>
/// Revisions: what an expert answers depends on the content of its base and its adapter and on nothing else, so their digest names it.
/// Half of a SHA-256 in hex: nobody gains by two contents of one revision but whoever writes both.
/// </summary>
public static class Revisions
{
    /// <param name="folder">Of a base, or of gates.</param>
    public static string Of(PreparedFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return folder.Revision;
    }

    /// <param name="itsBase">Of an expert.</param>
    /// <param name="adapter">Null: the base alone, whose revision is the base's.</param>
    public static string Of(PreparedFolder itsBase, PreparedFolder? adapter) => adapter is null
        ? Of(itsBase)
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{itsBase.ContentDigest}/{adapter.ContentDigest}")))[..PreparedFolder.RevisionLength];
}
