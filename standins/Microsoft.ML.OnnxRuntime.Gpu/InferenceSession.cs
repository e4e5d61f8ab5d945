using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>A loaded model. Runs may overlap; disposing waits for none of them but frees the model after the last.</summary>
public unsafe partial class InferenceSession : IDisposable
{
    private readonly Lazy<NodeTable> _inputs;
    private readonly Lazy<NodeTable> _outputs;
    private readonly Lazy<ModelMetadata> _metadata;

    public InferenceSession(string modelPath)
        : this(modelPath, null, null)
    {
    }

    public InferenceSession(string modelPath, PrePackedWeightsContainer prepackedWeightsContainer)
        : this(modelPath, null, prepackedWeightsContainer)
    {
    }

    public InferenceSession(string modelPath, SessionOptions options)
        : this(modelPath, options, null)
    {
    }

    public InferenceSession(string modelPath, SessionOptions? options, PrePackedWeightsContainer? prepackedWeightsContainer)
        : this(Open(NativePath.Encode(modelPath), options, prepackedWeightsContainer))
    {
    }

    public InferenceSession(byte[] model)
        : this(model, null, null)
    {
    }

    public InferenceSession(byte[] model, PrePackedWeightsContainer prepackedWeightsContainer)
        : this(model, null, prepackedWeightsContainer)
    {
    }

    public InferenceSession(byte[] model, SessionOptions options)
        : this(model, options, null)
    {
    }

    public InferenceSession(byte[] model, SessionOptions? options, PrePackedWeightsContainer? prepackedWeightsContainer)
        : this(Load(model, options, prepackedWeightsContainer))
    {
    }

    private InferenceSession(SessionHandle handle)
    {
        Handle = handle;
        _inputs = new(() => NodeTable.OfInputs(Handle));
        _outputs = new(() => NodeTable.OfOutputs(Handle));
        _metadata = new(() => new ModelMetadata(Handle));
    }

    ~InferenceSession() => Dispose(false);

    public IReadOnlyDictionary<string, NodeMetadata> InputMetadata => _inputs.Value.Metadata;

    public IReadOnlyDictionary<string, NodeMetadata> OutputMetadata => _outputs.Value.Metadata;

    public IReadOnlyList<string> InputNames => _inputs.Value.Names;

    public IReadOnlyList<string> OutputNames => _outputs.Value.Names;

    public ModelMetadata ModelMetadata => _metadata.Value;

    internal SessionHandle Handle { get; }

    public OrtIoBinding CreateIoBinding() => new(Handle);

    /// <summary>Ends the profile that the options began; returns its path.</summary>
    public string EndProfiling()
    {
        using var session = new HandleLease(Handle);
        using var allocator = new HandleLease(OrtAllocator.DefaultInstance);
        NativeStatus.Check(NativeMethods.Out3(ApiEntry.SessionEndProfiling, session.Pointer, allocator.Pointer, out nint path));
        return NativeText.Take(path, allocator.Pointer);
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Handle.Dispose();
        }
    }

    private static SessionHandle Open(byte[] path, SessionOptions? options, PrePackedWeightsContainer? container)
    {
        OrtEnv environment = OrtEnv.Instance();
        using SessionOptions? own = options is null ? new SessionOptions() : null;
        using var env = new HandleLease(environment);
        using var settings = new HandleLease(options ?? own);
        using var shared = new HandleLease(container);
        fixed (byte* p = path)
        {
            NativeStatus.Check(NativeMethods.CreateSession(env.Pointer, p, settings.Pointer, shared.Pointer, out nint session));
            return new SessionHandle(session, environment, container);
        }
    }

    private static SessionHandle Load(byte[] model, SessionOptions? options, PrePackedWeightsContainer? container)
    {
        ArgumentNullException.ThrowIfNull(model);
        OrtEnv environment = OrtEnv.Instance();
        using SessionOptions? own = options is null ? new SessionOptions() : null;
        using var env = new HandleLease(environment);
        using var settings = new HandleLease(options ?? own);
        using var shared = new HandleLease(container);
        NativeStatus.Check(NativeMethods.CreateSession(env.Pointer, model, settings.Pointer, shared.Pointer, out nint session));
        return new SessionHandle(session, environment, container);
    }
}
