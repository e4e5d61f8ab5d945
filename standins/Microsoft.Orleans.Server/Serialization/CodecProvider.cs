using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans.OneMachine.Invocation;
using Orleans.Runtime;

namespace Orleans.OneMachine.Serialization;

/// <summary>Finds the codec of a type. What has none may not travel, and the error says how to change that.</summary>
internal sealed class CodecProvider(Func<ReferenceFactory> references)
{
    private static readonly Dictionary<Type, Type> Generic = new()
    {
        [typeof(Nullable<>)] = typeof(NullableCodec<>),
        [typeof(List<>)] = typeof(ListCodec<>),
        [typeof(HashSet<>)] = typeof(HashSetCodec<>),
        [typeof(Queue<>)] = typeof(QueueCodec<>),
        [typeof(Dictionary<,>)] = typeof(DictionaryCodec<,>),
        [typeof(KeyValuePair<,>)] = typeof(PairCodec<,>),
        [typeof(ImmutableArray<>)] = typeof(ImmutableArrayCodec<>),
        [typeof(ImmutableList<>)] = typeof(ImmutableListCodec<>),
        [typeof(ImmutableHashSet<>)] = typeof(ImmutableHashSetCodec<>),
        [typeof(ImmutableDictionary<,>)] = typeof(ImmutableDictionaryCodec<,>),
    };

    private readonly ConcurrentDictionary<Type, Codec> _codecs = Known();
    private readonly ConcurrentDictionary<Type, ExceptionMembers?> _exceptionMembers = new();

    public Codec<T> Get<T>() => (Codec<T>)Get(typeof(T));

    public Codec Get(Type type) => _codecs.TryGetValue(type, out var codec) ? codec : _codecs.GetOrAdd(type, Create(type));

    /// <summary>The type under which a value is named: its own, or for proxies the interface behind them.</summary>
    public static Type WireTypeOf(object value) => value switch
    {
        GrainReference => value.GetType().GetInterfaces().First(static type => ReferenceFactory.IsGrainInterface(type)),
        Exception => typeof(Exception),
        _ => value.GetType(),
    };

    public ExceptionMembers? ExceptionMembers(Type type) => _exceptionMembers.GetOrAdd(
        type,
        type => MemberDiscovery.Levels(type).Count == 0
            ? null
            : (ExceptionMembers)Activator.CreateInstance(typeof(ExceptionMembers<>).MakeGenericType(type), this)!);

    private static ConcurrentDictionary<Type, Codec> Known()
    {
        var codecs = new ConcurrentDictionary<Type, Codec>();
        PrimitiveCodecs.AddTo(codecs);
        IdentityCodecs.AddTo(codecs);
        codecs[typeof(byte[])] = new ByteArrayCodec();
        return codecs;
    }

    private Codec Create(Type type)
    {
        if (type.IsEnum)
            return Make(typeof(EnumCodec<>), type);
        if (type is { IsArray: true } && type.GetArrayRank() == 1)
            return Make(typeof(ArrayCodec<>), type.GetElementType()!);
        if (type.IsConstructedGenericType && Generic.TryGetValue(type.GetGenericTypeDefinition(), out var codec))
            return Make(codec, type.GetGenericArguments(), this);
        if (typeof(ITuple).IsAssignableFrom(type) && type.IsConstructedGenericType && type.Namespace == nameof(System))
            return Make(typeof(TupleCodec<>), type);
        if (typeof(Exception).IsAssignableFrom(type))
            return Make(typeof(ExceptionCodec<>), type);
        if (ReferenceFactory.IsGrainInterface(type))
            return Make(typeof(GrainReferenceCodec<>), [type], references);
        var marked = type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false);
        if (marked && type.IsValueType)
            return Make(typeof(StructCodec<>), type);
        if (marked || type.IsInterface || type.IsAbstract || type == typeof(object))
            return Make(typeof(ClassCodec<>), [type], this, marked && !type.IsAbstract);
        throw new CodecNotFoundException(
            $"Values of {type} can not be part of a grain call: mark the type with [GenerateSerializer] and its members with [Id]"
            + (typeof(IEnumerable).IsAssignableFrom(type) ? ", or pass an array, a list, a dictionary or an immutable collection." : "."));
    }

    private Codec Make(Type codec, Type argument) => codec.MakeGenericType(argument).GetConstructors()[0].GetParameters().Length == 0
        ? Make(codec, [argument])
        : Make(codec, [argument], this);

    private static Codec Make(Type codec, Type[] arguments, params object[] parameters) => (Codec)Activator.CreateInstance(
        codec.MakeGenericType(arguments), BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions, null, parameters, null)!;
}
