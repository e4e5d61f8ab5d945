using Orleans.OneMachine.Invocation;

namespace Orleans.Runtime;

/// <summary>A grain seen from a caller. The run-time proxies of the grain interfaces derive from it.</summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private readonly ReferenceBinding _binding;

    internal GrainReference(ReferenceBinding binding, GrainId grainId)
    {
        _binding = binding;
        GrainId = grainId;
    }

    public GrainId GrainId { get; }

    public GrainInterfaceType InterfaceType => _binding.Interface.Name;

    public virtual string InterfaceName => _binding.Interface.Name.ToString();

    public virtual TGrainInterface Cast<TGrainInterface>()
        where TGrainInterface : IAddressable => (TGrainInterface)As(typeof(TGrainInterface));

    public bool Equals(GrainReference? other) => other is not null && GrainId == other.GrainId;

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => GrainId.GetHashCode();

    public sealed override string ToString() => $"GrainReference:{GrainId}:{InterfaceType}";

    internal IAddressable As(Type interfaceType) => _binding.Factory.Reference(GrainId, interfaceType);

    // The proxies call these four; which one follows from the method's return type.
    internal Task CallTask(int method, object?[] arguments) => _binding.Caller.InvokeAsync(this, _binding.Interface.Methods[method], arguments);

    internal async Task<T> CallTaskOf<T>(int method, object?[] arguments) =>
        (T)(await _binding.Caller.InvokeAsync(this, _binding.Interface.Methods[method], arguments).ConfigureAwait(false))!;

    internal ValueTask CallValueTask(int method, object?[] arguments) => new(CallTask(method, arguments));

    internal ValueTask<T> CallValueTaskOf<T>(int method, object?[] arguments) => new(CallTaskOf<T>(method, arguments));
}
