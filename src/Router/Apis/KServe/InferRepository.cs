using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.Admin;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis.KServe;

/// <summary>Triton's way to load and unload models: adapters come and go as by the admin API, for those who may ask that.</summary>
internal sealed class InferRepository(AdapterLoads loads, AdminAccess access, ICatalogueSource catalogue)
{
    public const string Adapter = "lora_path";
    public const string Base = "base_model_name";

    private const string Reason = "RepositoryModel";

    /// <exception cref="RequestFailedException">It is another than the one that there is.</exception>
    public static void RequireTheOnlyOne(string repository)
    {
        if (repository.Length > 0)
        {
            throw new RequestFailedException(
                FailureKind.UnknownModel, $"repository_name is \"{RequestLimits.Shorten(repository)}\"; there is one repository, and it has no name", "repository_name");
        }
    }

    /// <param name="http">The call.</param>
    /// <param name="name">Of the model.</param>
    /// <param name="parameters">Of the call; null: one that is no text.</param>
    /// <param name="cancellation">Of the caller.</param>
    /// <exception cref="RequestFailedException">The caller may not, or the model can't be loaded.</exception>
    public async Task LoadAsync(HttpContext http, string name, IReadOnlyDictionary<string, string?> parameters, CancellationToken cancellation)
    {
        access.Demand(http);
        RefuseUnknown(parameters.Keys, Adapter, Base);
        foreach (var (key, value) in parameters)
        {
            _ = value ?? throw new RequestFailedException(Failure.Invalid("parameters", $"parameters.{key} must be a string"));
        }

        string path = parameters.GetValueOrDefault(Adapter) ?? "";
        if (path.Length > 0)
        {
            var spec = new ExpertSpec { Name = name, Adapter = path, Base = parameters.GetValueOrDefault(Base) ?? "" };
            await loads.LoadAsync(spec, Reason + "Load", Adapter, AdminCaller.Of(http), cancellation);
        }
        else if (!catalogue.Current.HasExpert(name))
        {
            throw new RequestFailedException(FailureKind.UnknownModel, $"there is no model \"{RequestLimits.Shorten(name)}\"; the parameter {Adapter} says where its adapter is", "model_name");
        }
    }

    /// <param name="http">The call.</param>
    /// <param name="name">Of the model.</param>
    /// <param name="parameters">Their names.</param>
    /// <param name="cancellation">Of the caller.</param>
    /// <exception cref="RequestFailedException">The caller may not, or the model is none of those that can go.</exception>
    public Task UnloadAsync(HttpContext http, string name, IEnumerable<string> parameters, CancellationToken cancellation)
    {
        access.Demand(http);

        // Triton's clients always send it; no expert here depends on another.
        RefuseUnknown(parameters, "unload_dependents");
        return loads.UnloadAsync(name, Reason + "Unload", AdminCaller.Of(http), cancellation);
    }

    private static void RefuseUnknown(IEnumerable<string> parameters, params string[] known)
    {
        if (parameters.FirstOrDefault(p => !known.Contains(p)) is { } unknown)
        {
            throw new RequestFailedException(Failure.Invalid("parameters", $"parameters has \"{RequestLimits.Shorten(unknown)}\"; known are {string.Join(" and ", known)}"));
        }
    }
}
