using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Planning;

/// <summary>A request gate, with what it was read from, given back with it.</summary>
internal sealed class OpenedGate : IDisposable
{
    private readonly IDisposable? _files;

    private OpenedGate(IRequestGate gate, IDisposable? files) => (Gate, _files) = (gate, files);

    public IRequestGate Gate { get; }

    /// <param name="trained">The gates that `prepare` trained; null: none.</param>
    /// <param name="experts">To choose among.</param>
    /// <param name="content">Where the gate's files are. A published catalogue's were brought before the snapshot came, so nobody is waited for.</param>
    /// <param name="kind">Makes the gate.</param>
    /// <returns>Null: gates of this kind choose by nothing that there is.</returns>
    /// <exception cref="Contracts.SetupException">The gate is not what was prepared, or can't be used.</exception>
    public static OpenedGate? Open(PreparedFolder? trained, IReadOnlyList<RoutableExpert> experts, IPreparedContent content, IGateKind kind)
    {
        PreparedPlace? files = null;
        Func<string>? place = trained is null
            ? null
            : () => (files ??= content.OpenRequestGateAsync(trained, CancellationToken.None).GetAwaiter().GetResult()).Path;
        try
        {
            if (kind.Open(new GateInputs(experts, place)) is { } gate)
            {
                return new OpenedGate(gate, files);
            }

            files?.Dispose();
            return null;
        }
        catch
        {
            files?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        (Gate as IDisposable)?.Dispose();
        _files?.Dispose();
    }
}
