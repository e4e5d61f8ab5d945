using System.Globalization;
using System.Text;
using ExpertCluster.V1.ExtProc;
using Google.Protobuf;
using AppendAction = ExpertCluster.V1.ExtProc.HeaderValueOption.Types.HeaderAppendAction;

namespace ExpertCluster.Router.Apis.ExtProc;

/// <summary>The headers by which a gateway learns who should answer. What a client sends under these names never gets past the gate.</summary>
internal static class GatewayHeaders
{
    /// <summary>Of the Gateway API's inference extension: routes match it.</summary>
    public const string Model = "x-gateway-model-name";

    /// <summary>The expert of the catalogue.</summary>
    public const string Expert = "x-expertcluster-expert";

    /// <summary>The gate's probabilities, the largest first: `law=0.71, tax=0.2`.</summary>
    public const string Odds = "x-expertcluster-odds";

    public const string ContentLength = "content-length";

    private const int MostOdds = 8;
    private const int LongestModel = 256;

    private static readonly string[] Own = [Model, Expert, Odds];

    /// <summary>Those that a choice sets; the others are taken away.</summary>
    public static HeaderMutation Of(GatewayChoice choice)
    {
        (string Name, string? Value)[] values =
        [
            (Model, choice.Model is { } model && IsValue(model) ? model : null),
            (Expert, choice.Expert),
            (Odds, choice.Scores is { } scores ? string.Join(", ", scores.Ranked.Take(MostOdds).Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Name}={s.Probability:0.####}"))) : null),
        ];
        return new HeaderMutation
        {
            SetHeaders = { values.Where(v => v.Value is not null).Select(v => Set(v.Name, v.Value!)) },
            RemoveHeaders = { values.Where(v => v.Value is null).Select(v => v.Name) },
        };
    }

    /// <summary>Before anything is chosen.</summary>
    public static HeaderMutation Cleared() => new() { RemoveHeaders = { Own } };

    public static HeaderValueOption Set(string name, string value) => new()
    {
        Header = new HeaderValue { Key = name, RawValue = ByteString.CopyFrom(value, Encoding.ASCII) },
        AppendAction = AppendAction.OverwriteIfExistsOrAdd,
    };

    /// <summary>A name that a caller made up may be anything; as a header it is visible ASCII, or it is none.</summary>
    private static bool IsValue(string text) => text.Length <= LongestModel && !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
