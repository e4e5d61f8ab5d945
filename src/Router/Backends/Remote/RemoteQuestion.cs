using Microsoft.Extensions.AI;

namespace ExpertCluster.Router.Backends.Remote;

/// <summary>A request as Microsoft.Extensions.AI has it.</summary>
internal sealed record RemoteQuestion(IReadOnlyList<ChatMessage> Messages, ChatOptions Options);
