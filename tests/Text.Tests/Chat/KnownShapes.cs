namespace ExpertCluster.Text.Tests.Chat;

/// <summary>Templates in the shapes that well-known models use.</summary>
internal static class KnownShapes
{
    public const string Demo =
        "{{ bos_token }}{% for m in messages %}{{ '<|' + m['role'] + '|>' + m['content'] + '<|end|>' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

    public const string ChatMl = """
        {% for message in messages %}
        {{ '<|im_start|>' ~ message.role ~ '\n' ~ message.content ~ '<|im_end|>' }}
        {% endfor %}
        {%- if add_generation_prompt -%}
            {{ '<|im_start|>assistant\n' }}
        {%- endif %}

        """;

    public const string ChatMlWithDefaultSystem = """
        {%- if tools %}
            {{- tools | tojson }}
        {%- elif messages[0]['role'] == 'system' %}
            {{- '<|im_start|>system\n' + messages[0]['content'] + '<|im_end|>\n' }}
        {%- else %}
            {{- '<|im_start|>system\nBe useful.<|im_end|>\n' }}
        {%- endif %}
        {%- set ns = namespace(last=messages|length - 1, found=false) %}
        {%- for message in messages[::-1] %}
            {%- set index = (messages|length - 1) - loop.index0 %}
            {%- if not ns.found and message.role == "user" and message.content is string and not(message.content.startswith('<r>') and message.content.endswith('</r>')) %}
                {%- set ns.found = true %}
                {%- set ns.last = index %}
            {%- endif %}
        {%- endfor %}
        {%- for message in messages %}
            {%- if message.role == "user" or (message.role == "system" and not loop.first) %}
                {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>' + '\n' }}
            {%- elif message.role == "assistant" %}
                {%- set content = message.content %}
                {%- if '</think>' in content %}
                    {%- set content = content.split('</think>')[-1].lstrip() %}
                {%- endif %}
                {%- if loop.index0 > ns.last and loop.last %}
                    {{- '<|im_start|>' + message.role + '\n<think>\n' + content.strip() + '<|im_end|>\n' }}
                {%- else %}
                    {{- '<|im_start|>' + message.role + '\n' + content + '<|im_end|>\n' }}
                {%- endif %}
            {%- endif %}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|im_start|>assistant\n' }}
            {%- if enable_thinking is defined and enable_thinking is false %}
                {{- '<think>\n\n</think>\n\n' }}
            {%- endif %}
        {%- endif %}
        """;

    public const string Llama3 =
        "{% set turns = messages %}{% for turn in turns %}"
        + "{% set text = '<|start_header_id|>' + turn['role'] + '<|end_header_id|>\n\n' + turn['content'] | trim + '<|eot_id|>' %}"
        + "{% if loop.index0 == 0 %}{% set text = bos_token + text %}{% endif %}{{ text }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}";

    public const string Llama2 =
        "{% if messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}{% set system = messages[0]['content'] %}"
        + "{% else %}{% set rest = messages %}{% set system = false %}{% endif %}"
        + "{% for message in rest %}"
        + "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
        + "{{ raise_exception('Roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
        + "{% if loop.index0 == 0 and system != false %}"
        + "{% set content = '<<SYS>>\\n' + system + '\\n<</SYS>>\\n\\n' + message['content'] %}"
        + "{% else %}{% set content = message['content'] %}{% endif %}"
        + "{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}"
        + "{% elif message['role'] == 'assistant' %}{{ ' ' + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}";

    public const string Mistral = """
        {%- if messages[0]["role"] == "system" -%}
            {%- set system_message = messages[0]["content"] -%}
            {%- set loop_messages = messages[1:] -%}
        {%- else -%}
            {%- set loop_messages = messages -%}
        {%- endif -%}
        {{- bos_token }}
        {%- for message in loop_messages %}
            {%- if message["role"] not in ["user", "assistant"] %}
                {{- raise_exception("Only user and assistant roles are supported, not " ~ message.role) }}
            {%- endif %}
            {%- if message["role"] == "user" %}
                {%- if loop.last and system_message is defined %}
                    {{- "[INST] " + system_message + "\n\n" + message["content"] + "[/INST]" }}
                {%- else %}
                    {{- "[INST] " + message["content"] + "[/INST]" }}
                {%- endif %}
            {%- else %}
                {{- " " + message["content"] | trim + eos_token }}
            {%- endif %}
        {%- endfor %}
        """;

    public const string Gemma = """
        {{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}
        {# roles must alternate #}
        {% for message in messages %}
            {% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
                {{ raise_exception('Conversation roles must alternate') }}
            {% endif %}
            {% set role = 'model' if message['role'] == 'assistant' else message['role'] %}
        {{ '<start_of_turn>' + role + '\n' + message['content'] | default('', true) | trim + '<end_of_turn>\n' }}
        {% else %}
        nobody spoke
        {% endfor %}
        {% if add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}
        """;

    public const string WithDateAndTools = """
        {{- bos_token }}
        {%- if not tools_first is defined %}{%- set tools_first = true %}{%- endif %}
        {%- if not today is defined %}
            {%- set today = "1 Jan 2024" %}
        {%- endif %}
        {%- if messages[0]['role'] == 'system' %}
            {%- set system = messages[0]['content']|trim %}
            {%- set messages = messages[1:] %}
        {%- else %}
            {%- set system = "" %}
        {%- endif %}
        {{- "<h>system</h>\n\n" }}
        {%- if tools is not none and tools %}
            {{- "Tools: " ~ tools | selectattr('type', 'equalto', 'function') | map(attribute='function.name') | join(', ') }}
            {%- for t in tools %}{{- t | tojson(indent=4) }}{%- endfor %}
        {%- endif %}
        {{- "Today: " + today + "\n\n" + system }}
        {%- for message in messages %}
            {%- if 'tool_calls' in message %}
                {%- for name, value in message.tool_calls[0].function.arguments.items() %}{{- name + '="' + value + '"' }}{%- endfor %}
            {%- elif message.role == "tool" or message.role == "ipython" %}
                {{- "<h>ipython</h>\n\n" + (message.content | tojson if message.content is mapping or message.content is not string else message.content) }}
            {%- else %}
                {{- '<h>' + message['role'] + '</h>\n\n' + message['content'] | trim + '<e>' }}
            {%- endif %}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<h>assistant</h>\n\n' }}
        {%- endif %}
        """;

    public const string WithLastUserTurn = """
        {%- set users = messages | selectattr("role", "equalto", "user") | list %}
        {%- set ns = namespace(index=0) %}
        {%- for message in messages if message.role in ("user", "assistant") %}
            {%- if message.role == "user" %}
                {%- if message == users[-1] and loop.last %}{{- "[LAST]" }}{%- endif %}
                {%- set ns.index = ns.index + 1 %}
                {{- "[INST] " + message.content + "[/INST]" }}
            {%- else %}
                {%- set content = message.content.split("</think>")[-1].lstrip() %}
                {{- " " + content.rstrip() + eos_token }}
            {%- endif %}
        {%- else %}
            {{- raise_exception("Nobody spoke") }}
        {%- endfor %}
        {{- ns.index }}
        """;

    public const string WithMacros = """
        {%- macro open(role, tag='turn') -%}
        <{{ tag }} role="{{ role | capitalize }}">
        {%- endmacro -%}
        {%- macro turn(message, last=false) -%}
            {{ open(message.role) }}{% generation %}{{ message.content | trim }}{% endgeneration %}
            {%- if last %}{{ open('end', tag='mark') }}{% endif -%}
        {%- endmacro -%}
        {%- set names = {'user': 'U', 'assistant': 'A'} -%}
        {%- for message in messages -%}
            {%- if loop.index > 3 -%}{%- break -%}{%- endif -%}
            {%- if message.role in names -%}
                {{ names[message.role] }}{{ turn(message, last=loop.last) }}
            {%- endif -%}
        {%- endfor -%}
        {% set tail %}{{ '|' ~ messages | length }}{% endset %}{{ tail }}
        """;

    public const string Phi3 =
        "{% for message in messages %}{% if message['role'] == 'system' and message['content'] %}{{ '<|system|>\n' + message['content'] + '<|end|>\n' }}"
        + "{% elif message['role'] == 'user' %}{{ '<|user|>\n' + message['content'] + '<|end|>\n' }}"
        + "{% elif message['role'] == 'assistant' %}{{ '<|assistant|>\n' + message['content'] + '<|end|>\n' }}{% endif %}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{{ eos_token }}{% endif %}";

    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["demo"] = Demo,
        ["chatml"] = ChatMl,
        ["chatml with default system"] = ChatMlWithDefaultSystem,
        ["llama 3"] = Llama3,
        ["llama 2"] = Llama2,
        ["mistral"] = Mistral,
        ["gemma"] = Gemma,
        ["phi 3"] = Phi3,
        ["date and tools"] = WithDateAndTools,
        ["last user turn"] = WithLastUserTurn,
        ["macros"] = WithMacros,
    };
}
