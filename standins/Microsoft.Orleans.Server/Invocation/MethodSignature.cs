using System.Buffers.Binary;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Orleans.OneMachine.Serialization;

namespace Orleans.OneMachine.Invocation;

/// <summary>Numbers methods alike in every process: by [Id], else by the alias or by name and parameter types.</summary>
internal static class MethodSignature
{
    public static uint IdOf(MethodInfo method)
    {
        if (method.GetCustomAttribute<IdAttribute>() is { } id)
            return id.Id;
        var name = method.GetCustomAttribute<AliasAttribute>()?.Alias
            ?? $"{method.Name}({string.Join(';', method.GetParameters().Select(static parameter => TypeNames.Of(parameter.ParameterType)))})";
        return BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
    }
}
