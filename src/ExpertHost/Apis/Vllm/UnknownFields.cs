using System.Globalization;
using Google.Protobuf;

namespace ExpertCluster.ExpertHost.Apis.Vllm;

/// <summary>Fields that a message carries and its contract here doesn't have: those of a newer client, which may change an answer.</summary>
internal static class UnknownFields
{
    /// <param name="message">As it was read.</param>
    /// <param name="prefix">What stands before its fields' names.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT, with the number of the first.</exception>
    public static void Refuse(IMessage message, string prefix)
    {
        var input = new CodedInputStream(message.ToByteArray());
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            int number = WireFormat.GetTagFieldNumber(tag);
            if (message.Descriptor.FindFieldByNumber(number) is null)
            {
                throw EngineErrors.Invalid($"{prefix}{number.ToString(CultureInfo.InvariantCulture)}", "is unknown: this host's edition of vLLM's protocol has no field of that number");
            }

            input.SkipLastField();
        }
    }
}
