using System.Runtime.CompilerServices;

namespace ExpertCluster.TestSupport;

/// <summary>Compiled into test projects that run models; before the first line of theirs, the library is there.</summary>
internal static class NativeLibraryInitializer
{
    [ModuleInitializer]
    internal static void Initialize() => NativeLibrary.Require();
}
