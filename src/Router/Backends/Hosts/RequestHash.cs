using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ExpertCluster.V1;
using Google.Protobuf;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>
/// What a host reads before it computes, as a name that does not tell it: the base, which has tokenizer and template, and the text. How the answer is drawn does not
/// count, so that another temperature makes no other request of it.
/// </summary>
internal static class RequestHash
{
    /// <summary>Of SHA-256: nobody is to find a text with the name of another one's.</summary>
    private const int Bytes = 16;

    /// <returns>32 hexadecimal digits.</returns>
    public static string Of(GenerateRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, request.Base);
        if (request.Messages is not null)
        {
            foreach (var message in request.Messages.Messages_)
            {
                Append(hash, message.Role);
                Append(hash, message.Content);
                Append(hash, message.Fields);
            }

            if (request.Chat is { } chat)
            {
                Append(hash, $"{chat.HasAddGenerationPrompt} {chat.AddGenerationPrompt} {chat.ContinueFinalMessage}");
                Append(hash, chat.TemplateKwargs);
                Append(hash, chat.Documents);
                Append(hash, chat.Tools);
            }
        }
        else if (request.PromptTokens.Count > 0)
        {
            hash.AppendData(MemoryMarshal.AsBytes<int>([.. request.PromptTokens]));
        }
        else
        {
            Append(hash, request.Prompt);
        }

        if (request.StructuredOutput is { } structure)
        {
            // Read and compiled before the first token, too.
            hash.AppendData(structure.ToByteArray());
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, Bytes));
    }

    /// <summary>Of what an encoder is to read.</summary>
    /// <returns>32 hexadecimal digits.</returns>
    public static string Of(EncodeRequest request) => Convert.ToHexStringLower(
        SHA256.HashData(new EncodeRequest { Encoder = request.Encoder, Inputs = { request.Inputs }, Pairs = { request.Pairs } }.ToByteArray()).AsSpan(0, Bytes));

    /// <summary>Its length first: "ab" and "c" are not "a" and "bc".</summary>
    private static void Append(IncrementalHash hash, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
