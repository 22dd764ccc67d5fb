using System.Runtime.InteropServices;
using MicroLake.Abi;

namespace MicroLake.Hosting;

/// <summary>The kernel calls that managed services use. Short ones that never wait skip the GC transition.</summary>
internal static unsafe class KernelCall
{
    [DllImport("*", EntryPoint = "mk_heap_trim_wait")]
    internal static extern int HeapTrimWait(int seen);

    [DllImport("*", EntryPoint = "mk_heap_trim_complete"), SuppressGCTransition]
    internal static extern void HeapTrimComplete(int gave);

    [DllImport("*", EntryPoint = "platform_heap_trim")]
    internal static extern void HeapTrim();

    [DllImport("*", EntryPoint = "platform_heap_committed"), SuppressGCTransition]
    internal static extern long HeapCommitted();

    [DllImport("*", EntryPoint = "mk_log_write"), SuppressGCTransition]
    internal static extern void LogWrite(byte* bytes, int length);

    [DllImport("*", EntryPoint = "mk_log_leave_console"), SuppressGCTransition]
    internal static extern void LogLeaveConsole();

    [DllImport("*", EntryPoint = "mk_log_read"), SuppressGCTransition]
    internal static extern int LogRead(ulong from, byte* buffer, int length, ulong* next);

    [DllImport("*", EntryPoint = "mk_boot_command_line"), SuppressGCTransition]
    internal static extern byte* BootCommandLine(int* length);

    [DllImport("*", EntryPoint = "mk_boot_module"), SuppressGCTransition]
    internal static extern byte* BootModule(int index, ulong* length);

    [DllImport("*", EntryPoint = "mk_boot_file"), SuppressGCTransition]
    internal static extern byte* BootFile(byte* name, int length, ulong* bytes);

    [DllImport("*", EntryPoint = "mk_power_off")]
    internal static extern void PowerOff();

    [DllImport("*", EntryPoint = "mk_thread_set_priority")]
    internal static extern Status ThreadSetPriority(int priority);

    [DllImport("*", EntryPoint = "mk_thread_priority"), SuppressGCTransition]
    internal static extern int ThreadPriority();

    [DllImport("*", EntryPoint = "mk_thread_set_name"), SuppressGCTransition]
    internal static extern Status ThreadSetName(uint id, byte* name, int length);

    [DllImport("*", EntryPoint = "mk_reboot")]
    internal static extern void Reboot();

    [DllImport("*", EntryPoint = "mk_random"), SuppressGCTransition]
    internal static extern int Random(byte* buffer, int length);

    [DllImport("*", EntryPoint = "mk_random_seed"), SuppressGCTransition]
    internal static extern void RandomSeed(byte* seed);

    [DllImport("*", EntryPoint = "mk_speaker"), SuppressGCTransition]
    internal static extern void Speaker(uint hertz);

    [DllImport("*", EntryPoint = "mk_memory_information"), SuppressGCTransition]
    internal static extern void MemoryInformation(MemoryInformation* information);

    [DllImport("*", EntryPoint = "mk_memory_use")]
    internal static extern void MemoryUse(ulong* heap, ulong* programs);

    [DllImport("*", EntryPoint = "mk_memory_reserve")]
    internal static extern Status MemoryReserve(ulong length, ulong alignment, Protection protection, uint kind, ulong* start);

    [DllImport("*", EntryPoint = "mk_memory_discard")]
    internal static extern Status MemoryDiscard(ulong start, ulong length);

    [DllImport("*", EntryPoint = "mk_memory_release")]
    internal static extern Status MemoryRelease(ulong start, ulong length);

    [DllImport("*", EntryPoint = "mk_thread_list")]
    internal static extern int ThreadList(ThreadRecord* records, int capacity);

    [DllImport("*", EntryPoint = "mk_interrupt_count"), SuppressGCTransition]
    internal static extern long InterruptCount(int vector);

    [DllImport("*", EntryPoint = "mk_processor_identify"), SuppressGCTransition]
    internal static extern void ProcessorIdentify(uint leaf, uint subleaf, uint* registers);

    [DllImport("*", EntryPoint = "mk_processor_information"), SuppressGCTransition]
    internal static extern int ProcessorInformation(int index, ProcessorRecord* record);

    [DllImport("*", EntryPoint = "mk_clock_frequency"), SuppressGCTransition]
    internal static extern ulong ClockFrequency();

    [DllImport("*", EntryPoint = "mk_sched_policy"), SuppressGCTransition]
    internal static extern int SchedulingPolicy();

    [DllImport("*", EntryPoint = "mk_sched_policy_set"), SuppressGCTransition]
    internal static extern Status SetSchedulingPolicy(int index);

    [DllImport("*", EntryPoint = "mk_trace_start")]
    internal static extern Status TraceStart(ulong records);

    [DllImport("*", EntryPoint = "mk_trace_stop")]
    internal static extern Status TraceStop();

    [DllImport("*", EntryPoint = "mk_trace_status"), SuppressGCTransition]
    internal static extern Status TraceStatus(TraceStatus* status);

    [DllImport("*", EntryPoint = "mk_trace_read")]
    internal static extern int TraceRead(int processor, ulong* position, TraceRecord* records, int count);

    [DllImport("*", EntryPoint = "mk_trace_mark"), SuppressGCTransition]
    internal static extern void TraceMark(byte* text, int length);

    [DllImport("*", EntryPoint = "mk_trace_load"), SuppressGCTransition]
    internal static extern void TraceLoad(byte* name, int length);

    [DllImport("*", EntryPoint = "mk_feature_create")]
    internal static extern Status FeatureCreate(FeatureRegistryState* description, FeatureField* fields, uint* handle);

    [DllImport("*", EntryPoint = "mk_feature_destroy")]
    internal static extern Status FeatureDestroy(uint handle);

    [DllImport("*", EntryPoint = "mk_feature_enable")]
    internal static extern Status FeatureEnable(int which, ulong capacity, uint* handle);

    [DllImport("*", EntryPoint = "mk_feature_describe"), SuppressGCTransition]
    internal static extern int FeatureDescribe(uint place, FeatureRegistryState* state);

    [DllImport("*", EntryPoint = "mk_feature_field"), SuppressGCTransition]
    internal static extern int FeatureField(uint handle, int index, FeatureField* field);

    [DllImport("*", EntryPoint = "mk_feature_begin"), SuppressGCTransition]
    internal static extern FeatureVector* FeatureBegin(uint handle);

    [DllImport("*", EntryPoint = "mk_feature_increment"), SuppressGCTransition]
    internal static extern void FeatureIncrement(uint handle, FeatureVector* vector, int offset, long by);

    [DllImport("*", EntryPoint = "mk_feature_commit"), SuppressGCTransition]
    internal static extern void FeatureCommit(uint handle, FeatureVector* vector);

    [DllImport("*", EntryPoint = "mk_feature_abandon"), SuppressGCTransition]
    internal static extern void FeatureAbandon(uint handle, FeatureVector* vector);

    [DllImport("*", EntryPoint = "mk_feature_read"), SuppressGCTransition]
    internal static extern int FeatureRead(uint handle, uint ring, ulong* position, byte* target, int count);

    [DllImport("*", EntryPoint = "mk_feature_truncate")]
    internal static extern Status FeatureTruncate(uint handle, ulong before);

    [DllImport("*", EntryPoint = "mk_hook_attach")]
    internal static extern Status HookAttach(int hook, uint scope, HookAttachment* description, byte* state);

    [DllImport("*", EntryPoint = "mk_hook_detach")]
    internal static extern Status HookDetach(int hook, uint scope);

    [DllImport("*", EntryPoint = "mk_hook_mode")]
    internal static extern Status HookSetMode(int hook, uint scope, HookMode mode, ulong baseline);

    [DllImport("*", EntryPoint = "mk_hook_state"), SuppressGCTransition]
    internal static extern int HookDescribe(int hook, uint scope, HookState* state);

    [DllImport("*", EntryPoint = "mk_hook_decisions"), SuppressGCTransition]
    internal static extern int HookDecisions(int hook, uint scope, HookDecision* target, int count);

    [DllImport("*", EntryPoint = "mk_policy_functions"), SuppressGCTransition]
    internal static extern void PolicyFunctions(PolicyFunctions* functions);

    [DllImport("*", EntryPoint = "mk_hook_client"), SuppressGCTransition]
    internal static extern uint HookClient(int hook);

    [DllImport("*", EntryPoint = "mk_hook_decide"), SuppressGCTransition]
    internal static extern long HookDecide(int hook, uint client, long* features, uint count, long heuristic);

    [DllImport("*", EntryPoint = "mk_hook_choose"), SuppressGCTransition]
    internal static extern long HookChoose(int hook, uint client, long* features, uint count, long heuristic, long* own, long* ranks);

    [DllImport("*", EntryPoint = "mk_hook_mode_for"), SuppressGCTransition]
    internal static extern HookMode HookModeFor(int hook, uint client);

    [DllImport("*", EntryPoint = "mk_hook_outcome"), SuppressGCTransition]
    internal static extern void HookOutcome(int hook, uint client, ulong value, long baseline);

    [DllImport("*", EntryPoint = "mk_swap_begin")]
    internal static extern Status SwapBegin(ulong slots);

    [DllImport("*", EntryPoint = "mk_swap_end_promises"), SuppressGCTransition]
    internal static extern Status SwapEndPromises(int force);

    [DllImport("*", EntryPoint = "mk_swap_end"), SuppressGCTransition]
    internal static extern Status SwapEnd();

    [DllImport("*", EntryPoint = "mk_swap_information"), SuppressGCTransition]
    internal static extern void SwapInformation(SwapInformation* information);

    [DllImport("*", EntryPoint = "mk_swap_wait")]
    internal static extern void SwapWait(ulong deadline, int wantsRoom, uint* owner, ulong* page, ulong* room);

    [DllImport("*", EntryPoint = "mk_swap_wake")]
    internal static extern void SwapWake();

    [DllImport("*", EntryPoint = "mk_swap_take_slots"), SuppressGCTransition]
    internal static extern ulong SwapTakeSlots(ulong most, ulong* first);

    [DllImport("*", EntryPoint = "mk_swap_give_slots"), SuppressGCTransition]
    internal static extern void SwapGiveSlots(ulong first, ulong count);

    [DllImport("*", EntryPoint = "mk_swap_collect")]
    internal static extern int SwapCollect(int place, ulong* address, int swapped, ulong* pages, int most, uint* owner);

    [DllImport("*", EntryPoint = "mk_swap_begin_leaving")]
    internal static extern int SwapBeginLeaving(uint owner, ulong* pages, int count, byte* data);

    [DllImport("*", EntryPoint = "mk_swap_end_leaving")]
    internal static extern void SwapEndLeaving(uint owner, ulong* pages, int count, ulong slot);

    [DllImport("*", EntryPoint = "mk_swap_find")]
    internal static extern ulong SwapFind(uint owner, ulong page, int most, int* count);

    [DllImport("*", EntryPoint = "mk_swap_bring")]
    internal static extern Status SwapBring(uint owner, ulong page, ulong slot, int count, byte* data);

    [DllImport("*", EntryPoint = "mk_swap_complete")]
    internal static extern void SwapComplete(uint owner, ulong page, int count);

    [DllImport("*", EntryPoint = "mk_swap_give_up")]
    internal static extern void SwapGiveUp(uint owner, byte* message, int length);
}
