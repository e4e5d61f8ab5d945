using System.Runtime.InteropServices.Marshalling;
using ExpertCluster.Inference.Kernels.Attention;
using ExpertCluster.Inference.Kernels.Lora;
using ExpertCluster.Inference.Native;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Kernels;

/// <summary>The operators of the domain "expertcluster", one set for the process: sessions hold on to it.</summary>
internal static unsafe class CustomOperators
{
    public const string DomainName = "expertcluster";

    private static readonly Lazy<nint> Domain = new(CreateDomain);
    private static readonly Lock First = new();
    private static volatile bool _known;

    /// <summary>
    /// Opens a graph that uses the operators. The library looks the domain up and then adds it, so two first sessions at
    /// once would fail: they come one by one until one of them is open.
    /// </summary>
    /// <exception cref="OnnxRuntimeException">The graph cannot be loaded.</exception>
    public static T Open<T>(SessionOptions options, Func<SessionOptions, T> open)
    {
        NativeApi.AddDomain(options.DangerousGetHandle(), Domain.Value);
        GC.KeepAlive(options);
        if (_known)
        {
            return open(options);
        }

        lock (First)
        {
            var session = open(options);
            _known = true;
            return session;
        }
    }

    private static nint CreateDomain()
    {
        nint domain = NativeApi.CreateDomain(Utf8StringMarshaller.ConvertToUnmanaged(DomainName));
        NativeApi.AddToDomain(domain, OperatorTable.Create(new SlotAttentionOperator(), null));
        NativeApi.AddToDomain(domain, OperatorTable.Create(new RowLoraOperator(), RowLoraOperator.MayShare));
        return domain;
    }
}
