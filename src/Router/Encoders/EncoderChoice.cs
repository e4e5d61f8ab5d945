using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Encoders;

/// <summary>Which encoder a request means.</summary>
internal static class EncoderChoice
{
    private const string Field = "model";

    /// <param name="snapshot">The catalogue as of the request.</param>
    /// <param name="model">A name; "auto" or empty: the only one there is.</param>
    /// <exception cref="RequestFailedException">There is none, it gives no vectors, or there are several and none is named.</exception>
    public static PreparedEncoder ForVectors(CatalogueSnapshot snapshot, string model) =>
        (IsNamed(model) ? Named(snapshot, model) : Only(snapshot, EncoderTask.Embed) ?? throw None("gives vectors")) is { Task: EncoderTask.Embed } encoder
            ? encoder
            : throw new RequestFailedException(Failure.Invalid(Field, $"model: \"{model}\" scores pairs of texts, for /score and /rerank; it gives no vectors"));

    /// <inheritdoc cref="ForVectors"/>
    public static PreparedEncoder ForScores(CatalogueSnapshot snapshot, string model) => IsNamed(model)
        ? Named(snapshot, model)
        : Only(snapshot, EncoderTask.Score) ?? Only(snapshot, EncoderTask.Embed) ?? throw None("reads texts");

    private static bool IsNamed(string model) => model is not ("" or CompletionRequest.Auto);

    private static PreparedEncoder Named(CatalogueSnapshot snapshot, string model) => snapshot.FindEncoder(model)
        ?? throw (snapshot.HasExpert(model)
            ? new RequestFailedException(Failure.Invalid(Field, $"model: \"{model}\" writes answers; it is no encoder{KnownOf(snapshot)}"))
            : new RequestFailedException(FailureKind.UnknownModel, $"model: there is no encoder \"{RequestLimits.Shorten(model)}\"{KnownOf(snapshot)}", Field));

    /// <returns>Null: there is none.</returns>
    private static PreparedEncoder? Only(CatalogueSnapshot snapshot, EncoderTask task)
    {
        var all = snapshot.Encoders.Where(e => e.Task == task).Take(2).ToArray();
        return all.Length <= 1 ? all.FirstOrDefault() : throw new RequestFailedException(Failure.Invalid(Field, $"model is needed: there are several encoders{KnownOf(snapshot)}"));
    }

    private static string KnownOf(CatalogueSnapshot snapshot) =>
        snapshot.Encoders.Count == 0 ? "" : $"; encoders are {string.Join(", ", snapshot.Encoders.Select(e => e.Name))}";

    private static RequestFailedException None(string what) => new(FailureKind.UnknownModel, $"model: the catalogue has no encoder that {what}", Field);
}
