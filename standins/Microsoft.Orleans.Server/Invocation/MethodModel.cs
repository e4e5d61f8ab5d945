using System.Reflection;
using Orleans.Concurrency;
using Orleans.OneMachine.Serialization;

namespace Orleans.OneMachine.Invocation;

/// <summary>One method of a grain interface: how its call travels and how it is carried out.</summary>
internal sealed class MethodModel
{
    private readonly Codec[] _arguments;
    private readonly Codec? _result;
    private readonly MethodInvoker _invoker;

    public MethodModel(MethodInfo method, CodecProvider codecs)
    {
        Method = method;
        Id = MethodSignature.IdOf(method);
        var parameters = method.GetParameters();
        CancellationIndex = Array.FindIndex(parameters, static parameter => parameter.ParameterType == typeof(CancellationToken));
        if (parameters.Any(static parameter => parameter.ParameterType.IsByRef))
            throw new NotSupportedException($"{this}: a grain method takes no ref or out parameters.");
        _arguments = [.. parameters.Select(parameter => parameter.ParameterType == typeof(CancellationToken) ? TokenCodec : codecs.Get(parameter.ParameterType))];
        ResultType = ReturnAdapter.ResultType(method);
        _result = ResultType is null ? null : codecs.Get(ResultType);
        _invoker = ReturnAdapter.Invoker(method);
        Flags = (method.IsDefined(typeof(OneWayAttribute)) ? MethodFlags.OneWay : MethodFlags.None)
            | (method.IsDefined(typeof(ReadOnlyAttribute)) ? MethodFlags.ReadOnly : MethodFlags.None)
            | (method.IsDefined(typeof(AlwaysInterleaveAttribute)) ? MethodFlags.AlwaysInterleave : MethodFlags.None);
        Timeout = (method.GetCustomAttribute<ResponseTimeoutAttribute>() ?? method.DeclaringType!.GetCustomAttribute<ResponseTimeoutAttribute>())?.Timeout;
        ArgumentsAreImmutable = _arguments.All(static codec => codec.IsImmutable);
    }

    public MethodInfo Method { get; }

    public uint Id { get; }

    public MethodFlags Flags { get; }

    public TimeSpan? Timeout { get; }

    public Type? ResultType { get; }

    /// <summary>Position of the cancellation token among the parameters; -1 without one.</summary>
    public int CancellationIndex { get; }

    public bool ArgumentsAreImmutable { get; }

    public bool ResultIsImmutable => _result?.IsImmutable ?? true;

    // Tokens do not travel: cancellation is a message of its own.
    private static Codec TokenCodec { get; } = new ValueCodec<CancellationToken>(WireKind.Varint, static (_, _) => { }, static (ref _) => default);

    public Task<object?> InvokeAsync(object grain, object?[] arguments) => _invoker(grain, arguments);

    public void WriteArguments(WireWriter writer, object?[] arguments)
    {
        for (var i = 0; i < _arguments.Length; i++)
            _arguments[i].WriteObject(writer, arguments[i]);
    }

    public object?[] ReadArguments(ref WireReader reader)
    {
        var arguments = new object?[_arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = _arguments[i].ReadObject(ref reader);
        return arguments;
    }

    public void WriteResult(WireWriter writer, object? result) => _result?.WriteObject(writer, result);

    public object? ReadResult(ref WireReader reader) => _result?.ReadObject(ref reader);

    public override string ToString() => $"{Method.DeclaringType?.Name}.{Method.Name}";
}
