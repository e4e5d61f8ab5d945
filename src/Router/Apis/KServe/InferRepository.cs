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

    /// <param name="http">The call.</param>
    /// <param name="name">Of the model.</param>
    /// <param name="parameter">Reads a text of the call's parameters; empty where it is not there.</param>
    /// <param name="parameters">Their names.</param>
    /// <param name="cancellation">Of the caller.</param>
    /// <exception cref="RequestFailedException">The caller may not, or the model can't be loaded.</exception>
    public async Task LoadAsync(HttpContext http, string name, Func<string, string> parameter, IReadOnlyCollection<string> parameters, CancellationToken cancellation)
    {
        access.Demand(http);
        if (parameters.FirstOrDefault(p => p is not (Adapter or Base)) is { } unknown)
        {
            throw new RequestFailedException(Failure.Invalid("parameters", $"parameters has \"{RequestLimits.Shorten(unknown)}\"; known are {Adapter} and {Base}"));
        }

        string path = parameter(Adapter);
        if (path.Length > 0)
        {
            await loads.LoadAsync(new ExpertSpec { Name = name, Adapter = path, Base = parameter(Base) }, Reason + "Load", Adapter, AdminCaller.Of(http), cancellation);
        }
        else if (catalogue.Current.FindExpert(name) is null)
        {
            throw new RequestFailedException(FailureKind.UnknownModel, $"there is no model \"{RequestLimits.Shorten(name)}\"; the parameter {Adapter} says where its adapter is", "model_name");
        }
    }

    /// <exception cref="RequestFailedException">The caller may not, or the model is none of those that can go.</exception>
    public Task UnloadAsync(HttpContext http, string name, CancellationToken cancellation)
    {
        access.Demand(http);
        return loads.UnloadAsync(name, Reason + "Unload", AdminCaller.Of(http), cancellation);
    }
}
