using ExpertCluster.Text.Json;

namespace ExpertCluster.Text.Tokenization.Loading;

/// <summary>Ids of tokens in the file.</summary>
internal static class TokenIds
{
    /// <summary>16 times the largest vocabulary in use; keeps tables by id small.</summary>
    private const int Limit = 1 << 22;

    public static int Id(this JsonField field) => field.Integer(0, Limit - 1);
}
