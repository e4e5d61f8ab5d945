using System.Globalization;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Native;
using ExpertCluster.Models.Import;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Stepping;

/// <summary>A runner's session on the provider that its options name, and its profile if one is wanted.</summary>
internal sealed class RunnerSession : IDisposable
{
    private readonly bool _profiled;
    private readonly SessionWeights? _weights;

    /// <param name="graphPath">The graph.</param>
    /// <param name="options">Threads, provider and profile.</param>
    /// <param name="weights">
    /// What the graph reads from its weights' file, to be shared with other sessions on the CPU; null: loaded for this one alone.
    /// </param>
    /// <param name="open">Opens a session with what else the graph needs, custom operators for example; on the CPU only.</param>
    /// <exception cref="OnnxRuntimeException">The graph cannot be loaded.</exception>
    /// <exception cref="ProviderUnavailableException">The provider cannot be used here.</exception>
    /// <exception cref="IOException">The weights' file cannot be read.</exception>
    public RunnerSession(
        string graphPath,
        StepRunnerOptions options,
        GraphWeightMap? weights = null,
        Func<SessionOptions, Func<SessionOptions, InferenceSession>, InferenceSession>? open = null)
    {
        SystemMemory.ReturnLargeBlocks();
        using SessionOptions settings = Settings(options);
        _profiled = options.ProfileFolder is not null;
        if (options.ProfileFolder is { } folder)
        {
            // The library adds date and time to the name.
            Directory.CreateDirectory(folder);
            settings.ProfileOutputPathPrefix = Path.Combine(folder, Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(graphPath)))!);
            settings.EnableProfiling = true;
        }

        if (options.Provider != ExecutionProvider.Cpu)
        {
            // A device has memory of its own, into which each session copies.
            Session = OnProvider(graphPath, options.Provider, settings);
            return;
        }

        _weights = weights is null ? null : new SessionWeights(weights, settings);
        try
        {
            Session = open is null ? Open(settings) : open(settings, Open);
            _weights?.Settle();
        }
        catch
        {
            _weights?.Dispose();
            throw;
        }

        InferenceSession Open(SessionOptions known) =>
            _weights is null ? new InferenceSession(graphPath, known) : new InferenceSession(graphPath, known, _weights.Packed);
    }

    public InferenceSession Session { get; }

    /// <summary>Writes the profile out, and closes the session.</summary>
    public void Dispose()
    {
        if (_profiled)
        {
            _ = Session.EndProfiling();
        }

        Session.Dispose();
        _weights?.Dispose();
    }

    private static SessionOptions Settings(StepRunnerOptions options)
    {
        var settings = new SessionOptions
        {
            IntraOpNumThreads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        };
        settings.AddSessionConfigEntry("session.intra_op.allow_spinning", options.SpinMicroseconds > 0 ? "1" : "0");
        settings.AddSessionConfigEntry("session.intra_op.spin_duration_us", options.SpinMicroseconds.ToString(CultureInfo.InvariantCulture));
        return settings;
    }

    private static InferenceSession OnProvider(string graphPath, ExecutionProvider provider, SessionOptions settings)
    {
        // A file that is missing is the file's fault, not the provider's.
        if (!File.Exists(graphPath))
        {
            return new InferenceSession(graphPath, settings);
        }

        try
        {
            ProviderAccess.Append(provider, settings);
            return new InferenceSession(graphPath, settings);
        }
        catch (OnnxRuntimeException failure)
        {
            throw ProviderAccess.Refused(provider, failure);
        }
    }
}
