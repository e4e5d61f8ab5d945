using System.Reflection;
using System.Runtime.InteropServices;
using ExpertCluster.Inference.Native;

namespace ExpertCluster.Inference.Tests.Native;

/// <summary>No managed exception may pass through the library's frames: that ends the process.</summary>
public sealed class CallbackTests
{
    // It only frees a handle that CreateKernel gave out, and is asked once for each.
    private const string FreesItsOwn = nameof(OperatorTable) + ".DestroyKernel";

    public static TheoryData<string> Callbacks => [.. All().Select(method => $"{method.DeclaringType!.FullName}.{method.Name}")];

    [Theory]
    [MemberData(nameof(Callbacks))]
    public void UnmanagedCallersOnly_EachMethod_CatchesAllOrCallsNothing(string name)
    {
        var body = All().Single(method => $"{method.DeclaringType!.FullName}.{method.Name}" == name).GetMethodBody()!;
        bool catches = body.ExceptionHandlingClauses.Any(
            clause => clause.Flags == ExceptionHandlingClauseOptions.Clause && clause.CatchType == typeof(Exception));
        Assert.True(catches || !Calls(body) || name.EndsWith(FreesItsOwn, StringComparison.Ordinal), $"{name} calls what may throw, and does not catch it.");
    }

    [Fact]
    public void UnmanagedCallersOnly_WholeAssembly_HasTheKnownOnes() =>
        Assert.Superset(new HashSet<string> { "CreateKernel", "Compute", "DestroyKernel", "Invoke" }, All().Select(m => m.Name).ToHashSet());

    private static IEnumerable<MethodInfo> All() => typeof(OperatorTable).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Where(method => method.IsDefined(typeof(UnmanagedCallersOnlyAttribute), inherit: false));

    /// <summary>
    /// Whether the method calls, constructs or throws anything. Bytes of operands can look like such an instruction: then the
    /// answer is a false yes, never a false no.
    /// </summary>
    private static bool Calls(MethodBody body)
    {
        const byte Call = 0x28, CallIndirect = 0x29, CallVirtual = 0x6F, NewObject = 0x73, Throw = 0x7A;
        return body.GetILAsByteArray()!.AsSpan().ContainsAny([Call, CallIndirect, CallVirtual, NewObject, Throw]);
    }
}
