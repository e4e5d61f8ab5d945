using System.Globalization;
using ExpertCluster.Inference.Errors;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Stepping;

/// <summary>A runner's session on the provider that its options name, and its profile if one is wanted.</summary>
internal sealed class RunnerSession : IDisposable
{
    private readonly bool _profiled;

    /// <param name="graphPath">The graph.</param>
    /// <param name="options">Threads, provider and profile.</param>
    /// <param name="open">Opens a session with what else the graph needs, custom operators for example; on the CPU only.</param>
    /// <exception cref="OnnxRuntimeException">The graph cannot be loaded.</exception>
    /// <exception cref="ProviderUnavailableException">The provider cannot be used here.</exception>
    public RunnerSession(string graphPath, StepRunnerOptions options, Func<SessionOptions, Func<SessionOptions, InferenceSession>, InferenceSession>? open = null)
    {
        using SessionOptions settings = Settings(options);
        _profiled = options.ProfileFolder is not null;
        if (options.ProfileFolder is { } folder)
        {
            // The library adds date and time to the name.
            Directory.CreateDirectory(folder);
            settings.ProfileOutputPathPrefix = Path.Combine(folder, Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(graphPath)))!);
            settings.EnableProfiling = true;
        }

        Session = options.Provider != ExecutionProvider.Cpu ? OnProvider(graphPath, options.Provider, settings)
            : open is null ? new InferenceSession(graphPath, settings)
            : open(settings, known => new InferenceSession(graphPath, known));
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
