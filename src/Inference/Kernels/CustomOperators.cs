using System.Runtime.InteropServices.Marshalling;
using ExpertCluster.Inference.Native;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Kernels;

/// <summary>The operators of the domain "expertcluster", one set for the process: sessions hold on to it.</summary>
internal static unsafe class CustomOperators
{
    public const string DomainName = "expertcluster";

    private static readonly Lazy<nint> Domain = new(CreateDomain);

    /// <summary>Lets sessions made with these options load graphs that use the operators.</summary>
    public static void Register(SessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OrtApi.AddDomain(options.DangerousGetHandle(), Domain.Value);
        GC.KeepAlive(options);
    }

    private static nint CreateDomain()
    {
        nint domain = OrtApi.CreateDomain(Utf8StringMarshaller.ConvertToUnmanaged(DomainName));
        OrtApi.AddToDomain(domain, OperatorTable.Create(new SlotAttentionOperator(), null));
        OrtApi.AddToDomain(domain, OperatorTable.Create(new RowLoraOperator(), RowLoraOperator.MayShare));
        return domain;
    }
}
