using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>A native session. Keeps the environment and the shared weights alive, which it uses to its end.</summary>
internal sealed class SessionHandle : SafeHandle
{
    private readonly OrtEnv _env;
    private readonly PrePackedWeightsContainer? _container;

    public SessionHandle(nint session, OrtEnv env, PrePackedWeightsContainer? container)
        : base(0, ownsHandle: true)
    {
        bool added = false;
        env.DangerousAddRef(ref added);
        _env = env;
        if (container is not null)
        {
            added = false;
            container.DangerousAddRef(ref added);
            _container = container;
        }

        SetHandle(LiveHandles.Opened(session));
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LiveHandles.Release(ApiEntry.ReleaseSession, handle);
        _container?.DangerousRelease();
        _env.DangerousRelease();
        return true;
    }
}
