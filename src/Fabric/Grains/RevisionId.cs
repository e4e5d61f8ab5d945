using System.Globalization;

namespace ExpertCluster.Fabric.Grains;

/// <summary>A revision in eight bytes, for reports of thousands: two that share them are taken for one, which costs a preference.</summary>
public static class RevisionId
{
    private const int Digits = 16;

    public static ulong Of(string revision)
    {
        ArgumentNullException.ThrowIfNull(revision);
        return ulong.TryParse(revision.AsSpan(0, Math.Min(Digits, revision.Length)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong id) ? id : 0;
    }
}
